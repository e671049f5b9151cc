package import FoundationEssentials

/// Unpredictable bytes and ids, passed in so that tests can fix them.
package protocol RandomSource: Sendable {
    /// `count` bytes fit for secrets.
    func bytes(_ count: Int) -> [UInt8]
}

extension RandomSource {
    /// A version 4 UUID (RFC 9562, section 5.4).
    package func uuid() -> UUID {
        var b = bytes(16)
        b[6] = (b[6] & 0x0F) | 0x40
        b[8] = (b[8] & 0x3F) | 0x80
        return UUID(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
            ))
    }

    /// A new id for an entity that is named by UUID.
    package func id<Entity>(of _: Entity.Type = Entity.self) -> UniqueID<Entity> { UniqueID(rawValue: uuid()) }
}

/// The operating system's generator.
package struct SystemRandom: RandomSource {
    package init() {}
    package func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
