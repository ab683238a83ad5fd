import NIOHTTP1
import Testing

@testable import DevServer

@Suite struct WebSocketUpgradeTests {
    let policy = OriginPolicy(allowedHosts: [], allowedOrigins: [])

    func request(_ changes: [(String, String?)] = [], version: HTTPVersion = .http1_1) -> HTTPRequestHead {
        var headers: HTTPHeaders = [
            "Host": "localhost:8889", "Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Origin": "http://localhost:3000",
        ]
        for (name, value) in changes {
            headers.remove(name: name)
            if let value { headers.add(name: name, value: value) }
        }
        return HTTPRequestHead(version: version, method: .GET, uri: "/ws/modules", headers: headers)
    }

    func status(_ head: HTTPRequestHead, loopback: Bool = true) -> HTTPResponseStatus? {
        switch WebSocketUpgrade.evaluate(
            head, policy: policy, peerIsLoopback: loopback, negotiatesDeflate: true)
        {
        case .success: nil
        case .failure(let refusal): refusal.status
        }
    }

    @Test func aProperRequestIsAccepted() { #expect(status(request()) == nil) }

    @Test(
        arguments: [
            ("Upgrade", nil, 426), ("Upgrade", "h2c", 426), ("Connection", "keep-alive", 426),
            ("Connection", nil, 426),
            ("Sec-WebSocket-Version", "8", 426), ("Sec-WebSocket-Version", nil, 426),
            ("Sec-WebSocket-Key", nil, 400),
            ("Sec-WebSocket-Key", "short", 400), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=", 400),
            ("Sec-WebSocket-Key", "!GhlIHNhbXBsZSBub25jZQ==", 400), ("Origin", "null", 403),
            ("Origin", "https://evil.com", 403), ("Origin", "http://localhost.evil.com", 403),
        ] as [(String, String?, UInt)])
    func refused(header: String, value: String?, expected: UInt) {
        #expect(status(request([(header, value)]))?.code == expected)
    }

    @Test func http10IsRefused() { #expect(status(request(version: .http1_0)) == .upgradeRequired) }

    @Test func noOriginIsForThisMachineOnly() {
        #expect(status(request([("Origin", nil)])) == nil)
        #expect(status(request([("Origin", nil)]), loopback: false) == .forbidden)
    }

    @Test func twoOriginsAreRefused() {
        var head = request()
        head.headers.add(name: "Origin", value: "http://localhost:3000")
        #expect(status(head) == .forbidden)
    }

    @Test func theSubprotocolIsAnsweredWhenOffered() throws {
        let head = request([("Sec-WebSocket-Protocol", "other, pitlane.1")])
        let acceptance = try WebSocketUpgrade.evaluate(
            head, policy: policy, peerIsLoopback: true, negotiatesDeflate: true
        ).get()
        #expect(acceptance.headers["Sec-WebSocket-Protocol"] == ["pitlane.1"])
        #expect(acceptance.deflate == nil)
    }

    @Test func deflateIsNegotiatedUnlessSwitchedOff() throws {
        let head = request([("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
        let on = try WebSocketUpgrade.evaluate(
            head, policy: policy, peerIsLoopback: true, negotiatesDeflate: true
        ).get()
        #expect(on.deflate != nil)
        #expect(on.headers["Sec-WebSocket-Extensions"].count == 1)
        let off = try WebSocketUpgrade.evaluate(
            head, policy: policy, peerIsLoopback: true, negotiatesDeflate: false
        ).get()
        #expect(off.deflate == nil)
        #expect(off.headers["Sec-WebSocket-Extensions"].isEmpty)
    }
}
