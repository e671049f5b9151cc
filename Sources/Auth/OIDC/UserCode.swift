package import Domain

/// The code that a person carries from a device to the browser: four letters, a dash, four letters (AUTH-05). Twenty
/// letters without vowels, so that no words come out (RFC 8628, section 6.1): 2.56e10 codes.
package struct UserCode: Hashable, Sendable, CustomStringConvertible {
    private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)

    /// `BCDF-GHJK`
    package let description: String

    /// A new code; every letter is equally likely.
    package init(random: some RandomSource) {
        var code: [UInt8] = []
        while code.count < 8 {
            // 240 is the largest multiple of 20 in a byte.
            for byte in random.bytes(16) where byte < 240 && code.count < 8 {
                code.append(Self.letters[Int(byte) % 20])
            }
        }
        self.init(code)
    }

    /// Reads a code as a person types it: either case, with or without dash and spaces. Anything else is `nil`.
    package init?(_ text: String) {
        guard text.utf8.count <= 32 else { return nil }
        let typed = text.utf8.filter { $0 != 32 && $0 != UInt8(ascii: "-") }
        let code = typed.map { (97...122).contains($0) ? $0 - 32 : $0 }
        guard code.count == 8, code.allSatisfy(Self.letters.contains) else { return nil }
        self.init(code)
    }

    private init(_ code: [UInt8]) {
        description = "\(String(decoding: code[..<4], as: UTF8.self))-\(String(decoding: code[4...], as: UTF8.self))"
    }

    /// What the database keeps and is searched by.
    package var digest: Digest { Digest(hashing: Array("drover user code 1\n\(description)".utf8)) }
}
