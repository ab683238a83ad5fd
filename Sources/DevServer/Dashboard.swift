import NIOCore
import NIOHTTP1

/// The page at `/@pitlane/`: what the server does, live, in one file without anything from elsewhere.
enum Dashboard {
    private static let nonceMark = "@@nonce@@"

    private static let page = String(decoding: PackageResources.dashboard_html, as: UTF8.self)

    /// The page, whose own style and script are the only ones that may run in it.
    static func reply() -> HTTPReply {
        let nonce = RandomToken.make()
        let policy = [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'",
            "connect-src 'self'",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ]
        return HTTPReply(
            status: .ok,
            headers: [
                "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
                "Content-Security-Policy": policy.joined(separator: "; "), "Referrer-Policy": "no-referrer",
            ],
            body: .bytes(ByteBuffer(string: page.replacing(nonceMark, with: nonce))))
    }

    /// The answer to the address without its slash.
    static func redirect() -> HTTPReply {
        .text(.found, "The dashboard is at /@pitlane/.", headers: ["Location": "/@pitlane/"])
    }
}
