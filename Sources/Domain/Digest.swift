import Crypto
package import FoundationEssentials

/// A SHA-256 content digest. Text form as in OCI: `sha256:` and 64 lower-case hex digits (image-spec, descriptor.md).
package struct Digest: Hashable, Sendable, Codable, LosslessStringConvertible {
    /// 64 lower-case hex digits, without the algorithm: the `sha` of the seeds (MODEL-13).
    package let hex: String

    /// Accepts 64 lower-case hex digits; anything else is `nil`.
    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.hex = hex
    }

    /// Accepts `sha256:<hex>`; other algorithms are `nil`, because docker-registry files them wrongly.
    package init?(_ description: String) {
        guard description.hasPrefix("sha256:") else { return nil }
        self.init(hex: String(description.dropFirst(7)))
    }

    /// The digest of bytes in memory.
    package init(hashing bytes: some DataProtocol) {
        self.init(bytes: SHA256.hash(data: bytes))
    }

    /// From the 32 bytes that a hash function produced.
    package init(bytes: some Sequence<UInt8>) {
        self.hex = Hex.encode(bytes)
    }

    /// The 32 raw bytes.
    package var bytes: [UInt8] { Hex.decode(hex) ?? [] }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Digest(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a sha256 digest")
        }
        self = value
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
    package var description: String { "sha256:\(hex)" }
}

/// Lower-case hexadecimal.
package enum Hex {
    /// Two digits per byte.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of an even number of hex digits in either case, else `nil`.
    package static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
            out.append(high << 4 | low)
        }
        return out
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
