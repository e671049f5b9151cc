import Crypto
package import FoundationEssentials

/// A SHA-256 content digest. Text form as in OCI: `sha256:` and 64 lower-case hex digits (image-spec, descriptor.md).
package struct Digest: Hashable, Sendable, Codable, LosslessStringConvertible {
    /// The 32 bytes, eight a word, first byte highest. A SIMD vector, which is aligned to 32 bytes, made async functions
    /// crash that 6.3.1 had compiled.
    private let word0, word1, word2, word3: UInt64

    /// 64 lower-case hex digits, without the algorithm: the `sha` of the seeds (MODEL-13).
    package var hex: String { unsafe String(unsafeUninitializedCapacity: 64) { unsafe writeHex(to: $0.baseAddress) } }

    /// Accepts 64 lower-case hex digits; anything else is `nil`.
    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let bytes = Hex.decode(hex)
        else { return nil }
        self.init(bytes: bytes)
    }

    /// Accepts `sha256:<hex>`; other algorithms are `nil`, because docker-registry files them wrongly.
    package init?(_ description: String) {
        guard description.hasPrefix("sha256:") else { return nil }
        self.init(hex: String(description.dropFirst(7)))
    }

    /// The digest of bytes in memory.
    package init(hashing bytes: some DataProtocol) {
        self.init(bytes: Array(SHA256.hash(data: bytes)))
    }

    /// From the 32 bytes that a hash function produced.
    package init(bytes: [UInt8]) {
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        word0 = word(0)
        word1 = word(8)
        word2 = word(16)
        word3 = word(24)
    }

    /// From its four words, first byte highest.
    package init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// The 32 raw bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [word0, word1, word2, word3] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return bytes
    }

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
    package var description: String {
        unsafe String(unsafeUninitializedCapacity: 71) { out in
            var count = 0
            for byte in "sha256:".utf8 {
                unsafe out[count] = byte
                count += 1
            }
            return unsafe count + writeHex(to: out.baseAddress?.advanced(by: count))
        }
    }

    /// Writes 64 digits where there is room for them, and returns how many that are.
    private func writeHex(to start: UnsafeMutablePointer<UInt8>?) -> Int {
        guard let start = unsafe start else { return 0 }
        unsafe write(word0, to: start)
        unsafe write(word1, to: start + 16)
        unsafe write(word2, to: start + 32)
        unsafe write(word3, to: start + 48)
        return 64
    }

    private func write(_ word: UInt64, to start: UnsafeMutablePointer<UInt8>) {
        for index in 0..<16 {
            unsafe start[index] = Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * index)) & 15)
        }
    }
}

/// Lower-case hexadecimal.
package enum Hex {
    /// Two digits per byte.
    package static func encode(_ bytes: [UInt8]) -> String {
        unsafe String(unsafeUninitializedCapacity: 2 * bytes.count) { out in
            var count = 0
            for byte in bytes {
                unsafe out[count] = digit(byte >> 4)
                unsafe out[count + 1] = digit(byte & 15)
                count += 2
            }
            return count
        }
    }

    /// The digit of a number below 16.
    static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

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

    /// The number that a digit stands for.
    static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
