import Logging
import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOCore

/// Finds the import map that holds for a request.
struct PageImportMaps: Sendable {
    let store: ModuleStore
    /// The file named by `--import-map`.
    let file: String?
    let logger: Logger

    /// The import map of the request's document: the texts that the client sent, else the inline maps of the page's
    /// file; then the one of `--import-map`.
    /// - Returns: The map; what is no map is left out, as browsers leave it out, and told in the log.
    func importMap(
        of request: GraphRequest, siteAuthorities: [String], on eventLoop: any EventLoop
    ) -> EventLoopFuture<ImportMap> {
        let document = request.page.flatMap { try? ModulePath(parsing: $0, siteAuthorities: siteAuthorities) }
        let own: EventLoopFuture<ImportMap>
        if let texts = request.importMaps {
            own = eventLoop.makeSucceededFuture(merged(texts, base: document))
        } else if let document {
            own = inlineMaps(of: document, on: eventLoop)
        } else {
            own = eventLoop.makeSucceededFuture(.empty)
        }
        guard let file else { return own }
        return own.and(configured(file, on: eventLoop)).map { own, configured in
            var own = own
            own.merge(configured)
            return own
        }
    }

    private func merged(_ texts: [String], base: ModulePath?) -> ImportMap {
        var merged = ImportMap.empty
        for text in texts {
            do throws(ImportMapError) {
                merged.merge(try ImportMap(json: text.utf8, base: url(of: base)))
            } catch {
                logger.debug("an import map is left out", metadata: ["reason": "\(error.message)"])
            }
        }
        return merged
    }

    private func url(of document: ModulePath?) -> SiteURL {
        if let document { return SiteURL(document) }
        guard let root = SiteURL(parsing: "/") else { preconditionFailure("/ is a path") }
        return root
    }

    private func inlineMaps(of page: ModulePath, on eventLoop: any EventLoop) -> EventLoopFuture<ImportMap> {
        store.openFile(page, on: eventLoop).map { lookup in
            guard case .file(let file) = lookup, case .bytes(let html) = file.body,
                file.contentType.hasPrefix("text/html")
            else { return .empty }
            return html.withUnsafeReadableBytes { bytes in
                ImportMapExtraction.importMap(of: bytes, document: SiteURL(page)) { problem in
                    logger.debug(
                        "in the page's import map", metadata: ["page": "\(page)", "problem": "\(problem)"])
                }
            }
        }.recover { _ in .empty }
    }

    private func configured(_ path: String, on eventLoop: any EventLoop) -> EventLoopFuture<ImportMap> {
        store.readFile(path, on: eventLoop).map { text in
            do throws(ImportMapError) {
                return try ImportMap(json: text.readableBytesView, base: url(of: nil))
            } catch {
                logger.warning("--import-map cannot be used", metadata: ["reason": "\(error.message)"])
                return .empty
            }
        }.recover { error in
            logger.warning("--import-map cannot be read", metadata: ["file": "\(path)", "error": "\(error)"])
            return .empty
        }
    }
}
