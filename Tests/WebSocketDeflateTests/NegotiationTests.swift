import Testing

@testable import WebSocketDeflate

@Suite struct NegotiationTests {
    static let base = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    struct Case: Sendable, CustomTestStringConvertible {
        let offer: [String]
        /// What follows `base` in the response; nil: all declined.
        let response: String?

        init(_ offer: String..., response: String?) {
            self.offer = offer
            self.response = response
        }

        var testDescription: String { offer.joined(separator: " | ") }
    }

    static let accepted: [Case] = [
        Case("permessage-deflate", response: ""),
        Case("permessage-deflate; client_max_window_bits", response: ""),
        Case("permessage-deflate; server_no_context_takeover", response: ""),
        Case("permessage-deflate; client_no_context_takeover", response: ""),
        Case("permessage-deflate;server_no_context_takeover;client_no_context_takeover", response: ""),
        Case("permessage-deflate; server_max_window_bits=9", response: "; server_max_window_bits=9"),
        Case("permessage-deflate; server_max_window_bits=15", response: "; server_max_window_bits=15"),
        Case("permessage-deflate; server_max_window_bits=\"10\"", response: "; server_max_window_bits=10"),
        Case("permessage-deflate; server_max_window_bits=\"1\\0\"", response: "; server_max_window_bits=10"),
        Case("permessage-deflate; client_max_window_bits=12", response: "; client_max_window_bits=12"),
        // The client keeps to its word; zlib on its side could not do what an echoed 8 would ask.
        Case("permessage-deflate; client_max_window_bits=8", response: ""),
        Case(
            "permessage-deflate ;\tserver_max_window_bits = 11 ; client_max_window_bits",
            response: "; server_max_window_bits=11"),
        // The first acceptable offer wins.
        Case(
            "permessage-deflate; server_max_window_bits=10, permessage-deflate",
            response: "; server_max_window_bits=10"),
        Case("permessage-deflate; server_max_window_bits=8, permessage-deflate", response: ""),
        Case("permessage-deflate; nonsense, permessage-deflate; client_max_window_bits", response: ""),
        Case("x-webkit-deflate-frame; no_context; no_context, permessage-deflate", response: ""),
        Case("x-other", "permessage-deflate", response: ""),
        Case("broken header", "permessage-deflate; client_max_window_bits", response: ""),
        Case(", permessage-deflate,", response: ""),
    ]

    static let declined: [Case] = [
        Case(response: nil),
        Case("", response: nil),
        Case(",", response: nil),
        Case("x-webkit-deflate-frame", response: nil),
        Case("PerMessage-Deflate", response: nil),
        Case("permessage-deflate2", response: nil),
        // Unknown parameters.
        Case("permessage-deflate; foo", response: nil),
        Case("permessage-deflate; foo=1", response: nil),
        Case("permessage-deflate; __proto__", response: nil),
        Case("permessage-deflate; Server_No_Context_Takeover", response: nil),
        // Repeated parameters.
        Case("permessage-deflate; server_no_context_takeover; server_no_context_takeover", response: nil),
        Case("permessage-deflate; client_no_context_takeover; client_no_context_takeover", response: nil),
        Case("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", response: nil),
        Case("permessage-deflate; client_max_window_bits; client_max_window_bits=10", response: nil),
        // Values where there must be none, or the other way round.
        Case("permessage-deflate; server_no_context_takeover=true", response: nil),
        Case("permessage-deflate; client_no_context_takeover=10", response: nil),
        Case("permessage-deflate; server_no_context_takeover=", response: nil),
        Case("permessage-deflate; server_max_window_bits", response: nil),
        Case("permessage-deflate; server_max_window_bits=", response: nil),
        Case("permessage-deflate; server_max_window_bits=\"\"", response: nil),
        // Values out of range or not in their canonical form.
        Case("permessage-deflate; server_max_window_bits=7", response: nil),
        Case("permessage-deflate; server_max_window_bits=8", response: nil),
        Case("permessage-deflate; server_max_window_bits=16", response: nil),
        Case("permessage-deflate; server_max_window_bits=010", response: nil),
        Case("permessage-deflate; server_max_window_bits=+10", response: nil),
        Case("permessage-deflate; server_max_window_bits=1e1", response: nil),
        Case("permessage-deflate; server_max_window_bits=-1", response: nil),
        Case("permessage-deflate; server_max_window_bits=foo", response: nil),
        Case("permessage-deflate; server_max_window_bits=99999999999999999999", response: nil),
        Case("permessage-deflate; client_max_window_bits=7", response: nil),
        Case("permessage-deflate; client_max_window_bits=16", response: nil),
        Case("permessage-deflate; client_max_window_bits=08", response: nil),
        Case("permessage-deflate; client_max_window_bits=\"foo\"", response: nil),
        // Not the header's grammar: nothing of that value counts.
        Case("permessage-deflate;", response: nil),
        Case("permessage-deflate; ; client_max_window_bits", response: nil),
        Case("permessage-deflate client_max_window_bits", response: nil),
        Case("permessage-deflate, foo bar", response: nil),
        Case("permessage-deflate; server_max_window_bits=\"10", response: nil),
        Case("permessage-deflate; server_max_window_bits=\"10\"x", response: nil),
        Case("permessage-deflate; server_max_window_bits=\"1 0\"", response: nil),
        Case("permessage-deflate; server_max_window_bits=10\\", response: nil),
        Case("permessage-deflate; server_max_window_bits=\"10\\", response: nil),
        Case("permessage\0-deflate", response: nil),
        Case("permessage-deflate; =10", response: nil),
        Case("permessage-deflate; sérver", response: nil),
        Case("\u{7F}", response: nil),
    ]

    @Test(arguments: accepted + declined)
    func offers(_ example: Case) {
        let answer = PermessageDeflate.negotiate(example.offer)
        #expect(answer?.responseHeader == example.response.map { Self.base + $0 })
    }

    @Test func parametersOfTheAnswer() throws {
        let offer = "permessage-deflate; server_max_window_bits=9; client_max_window_bits=8"
        let answer = try #require(PermessageDeflate.negotiate([offer]))
        #expect(answer.parameters == PermessageDeflate(serverMaxWindowBits: 9, clientMaxWindowBits: 8))
        #expect(PermessageDeflate.negotiate(["permessage-deflate"])?.parameters == PermessageDeflate())
    }

    @Test func headerGrammar() {
        typealias Offer = ExtensionOffer
        let parse = ExtensionHeaderParser.parse
        #expect(parse("foo") == [Offer(name: "foo")])
        #expect(parse("foo,bar,,foo") == ["foo", "bar", "foo"].map { Offer(name: $0) })
        let parameters: [Offer.Parameter] = [
            .init(name: "bar", value: nil), .init(name: "baz", value: "1"), .init(name: "baz", value: "q-x"),
        ]
        #expect(parse(" foo ; bar;baz = 1\t; baz=\"q\\-x\" ") == [Offer(name: "foo", parameters: parameters)])
        for wrong in ["foo;", "foo; bar=", "foo=1", ";", "foo; bar=\"a,b\"", "foo (comment)", "foo; bar=a b"]
        {
            #expect(parse(wrong) == nil, "\(wrong)")
        }
    }
}
