/// CRC-32C (Castagnoli, as in RFC 3720, appendix B.4), eight bytes a step.
enum CRC32C {
    /// Continues a checksum; the first call passes 0.
    static func update(_ checksum: UInt32, with bytes: Span<UInt8>) -> UInt32 {
        let table = tables.span
        var crc = ~checksum
        var index = 0
        while index + 8 <= bytes.count {
            let low = crc ^ word(bytes, index)
            let high = word(bytes, index + 4)
            crc =
                table[1792 + Int(low & 255)] ^ table[1536 + Int(low >> 8 & 255)] ^ table[1280 + Int(low >> 16 & 255)]
                ^ table[1024 + Int(low >> 24)] ^ table[768 + Int(high & 255)] ^ table[512 + Int(high >> 8 & 255)]
                ^ table[256 + Int(high >> 16 & 255)] ^ table[Int(high >> 24)]
            index += 8
        }
        while index < bytes.count {
            crc = table[Int((crc ^ UInt32(bytes[index])) & 255)] ^ crc >> 8
            index += 1
        }
        return ~crc
    }

    private static func word(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }

    /// Eight tables of 256, one after another.
    private static let tables: [UInt32] = {
        var all = [UInt32](repeating: 0, count: 2048)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
            all[byte] = crc
        }
        for slot in 256..<2048 { all[slot] = all[slot - 256] >> 8 ^ all[Int(all[slot - 256] & 255)] }
        return all
    }()
}
