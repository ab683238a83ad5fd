import Testing

@testable import DevServer

@Suite struct OriginPolicyTests {
    let policy = OriginPolicy(
        allowedHosts: ["app.test", "fixed.test:8443"],
        allowedOrigins: ["https://partner.test:9000", "HTTPS://Default.test:443"])

    @Test(arguments: [
        "localhost", "localhost:8889", "LOCALHOST:1", "shop.localhost", "a.b.localhost:3000", "127.0.0.1",
        "127.0.0.1:8889", "127.255.0.9:80", "[::1]", "[::1]:8889", "app.test", "app.test:1234",
        "fixed.test:8443",
    ])
    func admitsHost(_ host: String) { #expect(policy.admitsHost(host)) }

    @Test(arguments: [
        "", "evil.com", "localhost.evil.com", "evil-localhost", "evillocalhost", ".localhost", "a..localhost",
        "localhost.", "127.0.0.1.evil.com", "127.0.0.1.", "0127.0.0.1", "127.0.0.01", "127.0.1",
        "127.0.0.256", "2130706433",
        "[::1", "::1", "[::1]evil", "[::1]:", "[::1]:99999", "[::ffff:127.0.0.1]", "user@localhost",
        "localhost@evil.com",
        "localhost:evil", "localhost:80:80", "localhost:", "localhost/", "localhost#", "localhost evil.com",
        "localhost\u{0}", "sub.app.test", "fixed.test", "fixed.test:1", "0.0.0.0", "192.168.1.5",
    ])
    func refusesHost(_ host: String) { #expect(!policy.admitsHost(host)) }

    @Test(arguments: [
        "http://localhost", "https://localhost:8443", "http://shop.localhost:5173", "https://127.0.0.1:1",
        "http://[::1]:3000", "https://partner.test:9000", "https://default.test",
    ])
    func admitsOrigin(_ origin: String) {
        #expect(policy.admitsOrigin(origin, host: "localhost:8889", peerIsLoopback: true))
    }

    @Test(arguments: [
        "null", "", "file://", "http://evil.com", "https://localhost.evil.com", "http://localhost@evil.com",
        "http://evil.com@localhost", "http://localhost/", "http://localhost:80/x", "localhost", "//localhost",
        "chrome-extension://abcdef", "http://", "https://partner.test", "https://partner.test:9001",
        "http://partner.test:9000", "https://sub.partner.test:9000", "http://localhost, http://evil.com",
        "http://evil.com http://localhost", "javascript://localhost", "ws://localhost",
    ])
    func refusesOrigin(_ origin: String) {
        #expect(!policy.admitsOrigin(origin, host: "localhost:8889", peerIsLoopback: true))
    }

    @Test func aMissingOriginIsAdmittedFromThisMachineOnly() {
        #expect(policy.admitsOrigin(nil, host: "localhost", peerIsLoopback: true))
        #expect(!policy.admitsOrigin(nil, host: "localhost", peerIsLoopback: false))
    }

    @Test func anAllowedHostServesItsOwnPages() {
        #expect(policy.admitsOrigin("https://app.test", host: "app.test", peerIsLoopback: true))
        #expect(policy.admitsOrigin("http://app.test:8080", host: "app.test:8080", peerIsLoopback: true))
        #expect(!policy.admitsOrigin("http://app.test:8081", host: "app.test:8080", peerIsLoopback: true))
        #expect(!policy.admitsOrigin("https://other.test", host: "other.test", peerIsLoopback: true))
    }

    @Test(
        arguments: [
            ("http://localhost:8889", "localhost:8889", true),
            ("https://localhost:8443", "localhost:8443", true),
            ("https://localhost", "localhost:443", true), ("http://localhost", "localhost", true),
            ("http://LOCALHOST:80", "localhost", true), ("http://[::1]:1", "[::1]:1", true),
            ("https://app.test", "app.test", true),
            // Admitted pages, and yet not ours.
            ("http://localhost:3000", "localhost:8889", false),
            ("http://127.0.0.1:8889", "localhost:8889", false),
            ("https://partner.test:9000", "localhost:8889", false),
            ("http://shop.localhost:1", "localhost:1", false),
            ("http://localhost", "localhost:8889", false), ("https://localhost", "localhost:80", false),
            ("null", "localhost", false), ("", "localhost", false), ("http://evil.com", "evil.com", false),
            ("http://localhost/", "localhost", false), ("file://", "localhost", false),
        ] as [(String, String, Bool)])
    func isSameOrigin(origin: String, host: String, expected: Bool) {
        #expect(policy.isSameOrigin(origin, host: host) == expected)
    }

    @Test func nullIsAdmittedOnlyWhenNamed() {
        let named = OriginPolicy(allowedHosts: [], allowedOrigins: ["null"])
        #expect(named.admitsOrigin("null", host: "localhost", peerIsLoopback: true))
    }
}
