/// The words that change what may follow, by their bytes as a little-endian integer.
///
/// Comparing one integer beats comparing strings; a test spells out every value.
enum Keyword: UInt64, CaseIterable {
    case async = 0x0063_6E79_7361
    case await = 0x0074_6961_7761
    case `break` = 0x006B_6165_7262
    case `case` = 0x6573_6163
    case `catch` = 0x0068_6374_6163
    case `class` = 0x0073_7361_6C63
    case const = 0x0074_736E_6F63
    case `continue` = 0x6575_6E69_746E_6F63
    case debugger = 0x7265_6767_7562_6564
    case `default` = 0x0074_6C75_6166_6564
    case delete = 0x6574_656C_6564
    case `do` = 0x6F64
    case `else` = 0x6573_6C65
    case export = 0x7472_6F70_7865
    case extends = 0x0073_646E_6574_7865
    case finally = 0x0079_6C6C_616E_6966
    case `for` = 0x0072_6F66
    case function = 0x6E6F_6974_636E_7566
    case `if` = 0x6669
    case `import` = 0x7472_6F70_6D69
    case `in` = 0x6E69
    case `let` = 0x0074_656C
    case new = 0x0077_656E
    case of = 0x666F
    case `return` = 0x6E72_7574_6572
    case `switch` = 0x6863_7469_7773
    case `throw` = 0x0077_6F72_6874
    case `try` = 0x0079_7274
    case typeof = 0x666F_6570_7974
    case `var` = 0x0072_6176
    case void = 0x6469_6F76
    case `while` = 0x0065_6C69_6877
    case with = 0x6874_6977
    case yield = 0x0064_6C65_6979
    /// The first eight of its ten bytes are those of `instance`; no value of its own can be `instanceof`.
    case instanceof = 0x1

    /// Longest keyword that fits the integer.
    private static let longest = 8

    /// The keyword in `count` bytes at `start`, if it is one.
    ///
    /// Reads no byte at or after `end`.
    @inline(__always) init?(at start: UnsafePointer<UInt8>, count: Int, end: UnsafePointer<UInt8>) {
        if count > Keyword.longest {
            guard count == 10, Keyword.word(at: start, count: 8, end: end) == 0x6563_6E61_7473_6E69,
                start[8] == UInt8(ascii: "o"), start[9] == UInt8(ascii: "f")
            else { return nil }
            self = .instanceof
            return
        }
        guard count >= 2 else { return nil }
        self.init(rawValue: Keyword.word(at: start, count: count, end: end))
    }

    @inline(__always) private static func word(
        at start: UnsafePointer<UInt8>, count: Int, end: UnsafePointer<UInt8>
    ) -> UInt64 {
        if end - start >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
            return word & (UInt64.max >> (64 &- 8 &* UInt64(truncatingIfNeeded: count)))
        }
        var word: UInt64 = 0
        for index in 0..<count {
            word |= UInt64(start[index]) << (8 &* UInt64(truncatingIfNeeded: index))
        }
        return word
    }
}
