import Testing

@testable import DevServer

@Suite struct ConditionalRequestTests {
    @Test(arguments: [
        ("\"abc\"", true), ("W/\"abc\"", true), ("\"x\", \"abc\"", true), ("*", true), ("  \"abc\"  ", true),
        ("\"abcd\"", false), ("abc", false), ("", false), ("\"x\",\"y\"", false),
    ])
    func notModified(header: String, expected: Bool) {
        #expect(ConditionalRequest.isNotModified(ifNoneMatch: header, etag: "\"abc\"") == expected)
    }

    @Test func withoutTheHeaderItIsModified() {
        #expect(!ConditionalRequest.isNotModified(ifNoneMatch: nil, etag: "\"abc\""))
    }

    @Test(
        arguments: [
            ("bytes=0-0", .partial(0..<1)), ("bytes=2-5", .partial(2..<6)), ("bytes=5-", .partial(5..<10)),
            ("bytes=-3", .partial(7..<10)), ("bytes=-30", .partial(0..<10)), ("bytes=8-99", .partial(8..<10)),
            ("bytes=10-", .unsatisfiable), ("bytes=99-100", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=5-2", .whole), ("bytes=a-b", .whole), ("bytes=", .whole), ("bytes=-", .whole),
            ("items=0-1", .whole), ("bytes=0-1,3-4", .whole), ("bytes=--1", .whole), ("bytes=+1-2", .whole),
            ("bytes=0-9999999999999999999999", .whole),
        ] as [(String, ConditionalRequest.RangeOutcome)])
    func range(header: String, expected: ConditionalRequest.RangeOutcome) {
        #expect(ConditionalRequest.range(header, ifRange: nil, etag: "\"e\"", size: 10) == expected)
    }

    @Test func anOtherIfRangeGivesTheWhole() {
        #expect(ConditionalRequest.range("bytes=0-1", ifRange: "\"old\"", etag: "\"e\"", size: 10) == .whole)
        #expect(
            ConditionalRequest.range("bytes=0-1", ifRange: "\"e\"", etag: "\"e\"", size: 10)
                == .partial(0..<2))
        #expect(ConditionalRequest.range(nil, ifRange: nil, etag: "\"e\"", size: 10) == .whole)
    }

    @Test func anEmptyFileHasNoRange() {
        #expect(ConditionalRequest.range("bytes=0-", ifRange: nil, etag: "\"e\"", size: 0) == .unsatisfiable)
        #expect(ConditionalRequest.range("bytes=-1", ifRange: nil, etag: "\"e\"", size: 0) == .unsatisfiable)
    }
}
