/// Inline import maps of an HTML page.
///
/// The page is read as a browser with scripting enabled parses it, in any encoding that has ASCII in it. Pure;
/// safe on any thread; costs time linear in the page's length.
package enum ImportMapExtraction {
    /// An inline import map and what its URLs are relative to.
    struct InlineMap {
        var range: Range<Int>
        /// The `<base href>` that stands before it, if any.
        var baseHref: String?
    }

    /// Finds the inline import maps that the browser would register, in document order.
    ///
    /// Scripts that never run are left out: in comments, `<template>`, `<noscript>` and text elements,
    /// without an end tag, with a `src`. So are those in SVG, although browsers run them.
    /// - Parameter html: The page.
    /// - Returns: Byte ranges of the scripts' texts, and the first `<base href>` of the page with its character
    ///   references resolved.
    package static func inlineImportMaps(
        in html: UnsafeRawBufferPointer
    ) -> (maps: [Range<Int>], baseHref: String?) {
        let page = scan(html)
        return (page.maps.map(\.range), page.baseHref)
    }

    /// Merges the inline import maps of a page.
    ///
    /// A map that is none is left out, as the browser leaves it out; the others count.
    /// - Parameters:
    ///   - html: The page.
    ///   - document: The page's URL.
    ///   - onProblem: Called with one line of text for each map and rule that is left out.
    package static func importMap(
        of html: UnsafeRawBufferPointer, document: SiteURL, onProblem: (String) -> Void
    ) -> ImportMap {
        var merged = ImportMap.empty
        for map in scan(html).maps {
            let base = map.baseHref.flatMap(document.resolving) ?? document
            do throws(ImportMapError) {
                let text = UnsafeRawBufferPointer(rebasing: html[map.range])
                merged.merge(try ImportMap(json: text, base: base, onIgnored: onProblem))
            } catch {
                onProblem(error.message)
            }
        }
        return merged
    }

    private static func scan(_ html: UnsafeRawBufferPointer) -> (maps: [InlineMap], baseHref: String?) {
        var scan = PageScan(html)
        scan.run()
        return (scan.maps, scan.baseHref)
    }
}

/// One run over a page.
private struct PageScan {
    private var scanner: HTMLTagScanner
    private var foreign = ForeignContent()
    /// For each open template whether its content is inert; that of a declarative shadow root is not.
    private var templates: [Bool] = []
    var maps: [ImportMapExtraction.InlineMap] = []
    var baseHref: String?

    init(_ html: UnsafeRawBufferPointer) { scanner = HTMLTagScanner(html) }

    mutating func run() {
        while let tag = scanner.nextTag(allowsCDATA: foreign.isInside) {
            let name = scanner.bytes[tag.name].map(URLBytes.lowercased)
            let encoding = name.elementsEqual("annotation-xml".utf8) ? value("encoding", of: tag) : nil
            let isHTML = foreign.handle(
                name, isEnd: tag.isEnd, isSelfClosing: tag.isSelfClosing,
                opensHTML: encoding.map(Self.isHTMLType) ?? false)
            guard isHTML else { continue }
            if tag.isEnd {
                if name.elementsEqual("template".utf8) { _ = templates.popLast() }
            } else {
                handleStart(tag, name: String(decoding: name, as: UTF8.self))
            }
        }
    }

    private mutating func handleStart(_ tag: HTMLTagScanner.Tag, name: String) {
        switch name {
        case "script": handleScript(tag)
        case "base": if templates.isEmpty, baseHref == nil { baseHref = value("href", of: tag) }
        case "template":
            let mode = value("shadowrootmode", of: tag)?.lowercased()
            templates.append(mode != "open" && mode != "closed")
        case "style": _ = scanner.skipText(until: "style")
        case "title": _ = scanner.skipText(until: "title")
        case "textarea": _ = scanner.skipText(until: "textarea")
        case "xmp": _ = scanner.skipText(until: "xmp")
        case "iframe": _ = scanner.skipText(until: "iframe")
        case "noembed": _ = scanner.skipText(until: "noembed")
        case "noframes": _ = scanner.skipText(until: "noframes")
        // Text, because scripting is enabled.
        case "noscript": _ = scanner.skipText(until: "noscript")
        case "plaintext": scanner.skipAll()
        default: break
        }
    }

    private mutating func handleScript(_ tag: HTMLTagScanner.Tag) {
        guard let content = scanner.skipScript(), scanner.nextTag(allowsCDATA: false) != nil else { return }
        guard !content.isEmpty, !templates.contains(true), value("src", of: tag) == nil,
            let type = value("type", of: tag), Self.isImportMapType(type)
        else { return }
        maps.append(ImportMapExtraction.InlineMap(range: content, baseHref: baseHref))
    }

    private static func isImportMapType(_ type: String) -> Bool {
        let bytes = Array(type.utf8)
        let start = bytes.firstIndex { !HTMLTagScanner.isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !HTMLTagScanner.isSpace($0) }.map { $0 + 1 } ?? start
        return bytes[start..<end].map(URLBytes.lowercased).elementsEqual("importmap".utf8)
    }

    private static func isHTMLType(_ encoding: String) -> Bool {
        encoding.lowercased() == "text/html" || encoding.lowercased() == "application/xhtml+xml"
    }

    /// An attribute's value, its character references resolved; `nil` when it is not there.
    private func value(_ name: StaticString, of tag: HTMLTagScanner.Tag) -> String? {
        guard let attribute = tag.attributes.first(where: { scanner.equals($0.name, name) }) else {
            return nil
        }
        return CharacterReferences.resolve(scanner.bytes[attribute.value])
    }
}
