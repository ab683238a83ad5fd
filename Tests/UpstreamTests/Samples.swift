import Foundation

/// One text in several content codings, made with zlib, Brotli and zstd.
enum Samples {
    static let text: [UInt8] = {
        var text = ""
        for index in 0..<60 { text += "export const value\(index) = \"\(index * index % 97)\";\n" }
        return Array(text.utf8)
    }()

    static let gzip = decoded(
        """
        H4sIAAAAAAACA33US2oDMRAE0H1OMfgE0z99CDlMCLMLtnEc4+MHlcCbVGtdqFv91DPH83q53bevy/nnvj0+v3+PffvYTvvp
        /e34F8mIhEY6IqeRjajTyFGw0CxGpkGzMjLj5ypuwvu1kRV+zT6yxqcToBjPoKK8qEyXykPIVOUhbJIMNpbcFTglOQmdzlUF
        PJaMCZ/KF0PhI7ynAih4WQVQ50+pAHJOqwDqyTpCyJOeEOpJWQhFMieEGs8AVDitAUj5HhiAGi9rAIrk0wKQcncDUONfggGo
        cD2b31cyCoAkOTmB+HPaFOKhQ8g5gkPI+JwOIUlOQihpOTeIL4kDqHEDB1BNfmoAqslJANWkZ1+EsS/KhiwuFLoYJWyBEJ7r
        RSzYoyweLOriqaMtliT6a73+ANrooHm5BgAA
        """)

    static let deflate = decoded(
        """
        eNp91EtqAzEQBNB9TjH4BNM/fQg5TAizC7ZxHOPjB5XAm1RrXahb/dQzx/N6ud23r8v55749Pr9/j3372E776f3t+BfJiIRG
        OiKnkY2o08hRsNAsRqZBszIy4+cqbsL7tZEVfs0+ssanE6AYz6CivKhMl8pDyFTlIWySDDaW3BU4JTkJnc5VBTyWjAmfyhdD
        4SO8pwIoeFkFUOdPqQByTqsA6sk6QsiTnhDqSVkIRTInhBrPAFQ4rQFI+R4YgBovawCK5NMCkHJ3A1DjX4IBqHA9m99XMgqA
        JDk5gfhz2hTioUPIOYJDyPicDiFJTkIoaTk3iC+JA6hxAwdQTX5qAKrJSQDVpGdfhLEvyoYsLhS6GCVsgRCe60Us2KMsHizq
        4qmjLZYk+mu9/gA6Exeg
        """)

    static let brotli = decoded(
        """
        G7gGUIzDOCY8aeLll1vNVHcL6RFATIWdHv4hT/SHUU0tH7W0u8lQi7HGbISLu4cRLI4h6v4zfL9L+edr/7zv739/BpjDzIXz
        o3ckvB7LmrFrna4jty5+eOsH4GAUE7QYdugJPiBIyNhw1kC69b4xL2AgmCZcMEgUDhxECScb/HSj3Hts8IVZCK0JFoYZCj0O
        gQTaBkBD4y5k6AUVAscEFDeCDo441BL2bFhrWF694RfWEPZMqDEcaSP4ACWBY4OqIXEK
        """)

    static let zstd = decoded(
        """
        KLUv/WS5BY0GAAIPIxaATTrAgBEwgDFyNy3lliml9CpijFQI9Rk6uZyd0/7xW/2Jr7K/JC+3kF+Kq4xPd8uemkazMznxTHWI
        upW+081b5JKtzxKthUk/RSImL3QN63Nl2uUU2Y9cwqTUWtqrjDNb77F0xZy5NdmoPFQu0zk/c9XcAANBIggQAsnhgShAAo5G
        QmEIOBiKReQQdaghKH7/N8BXmgMR8IUR4ROhL8wBYrATmko/A3oy4JJTl89Um3w00trmk+XSUZCB02gFCTrGUtb4yxU/81nX
        Xu8qrhvohg==
        """)

    private static func decoded(_ base64: String) -> [UInt8] {
        guard let data = Data(base64Encoded: base64, options: .ignoreUnknownCharacters) else { return [] }
        return Array(data)
    }
}
