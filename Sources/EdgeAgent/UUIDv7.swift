package import Domain
package import FoundationEssentials

/// Time-ordered UUIDs (RFC 9562, section 5.7).
package enum UUIDv7 {
    /// 48 bits of milliseconds since 1970, then random bits.
    package static func make(time: any TimeSource, random: any RandomSource) -> UUID {
        let milliseconds = UInt64(max(0, time.now().timeIntervalSince1970) * 1000)
        var b = random.bytes(16)
        for index in 0..<6 { b[index] = UInt8(truncatingIfNeeded: milliseconds >> (8 * (5 - index))) }
        b[6] = b[6] & 0x0F | 0x70
        b[8] = b[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
            ))
    }
}
