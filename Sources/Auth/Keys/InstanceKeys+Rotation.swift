import Domain
import FoundationEssentials
import Persistence

/// Rotation of the keys that sign access tokens. A new key is published first and signs later, so that every reader of
/// the JWKS knows it by then; the old one verifies until its last token has expired.
extension InstanceKeys {
    /// How long a new key is published before it signs: longer than readers keep the JWKS (300 s) and replicas their keys.
    package static let publishedSeconds = 600
    /// How long a key is kept after another one took over: an access token's life, clocks that differ, and a replica
    /// that has not read the new key yet.
    package static let keptSeconds = 300 + 20 + 60

    /// Makes a key that signs in `signsAfterSeconds`.
    /// - Returns: its id.
    /// - Throws: `AuthError`; `DatabaseError`.
    package func rotateSigningKey(signsAfterSeconds: Int = publishedSeconds) async throws -> String {
        let key = try newSigningKey(signsFrom: time.now() + TimeInterval(signsAfterSeconds))
        try await system.write { tx in
            _ = try tx.run(.lockInstanceKeys())
            _ = try tx.run(.insertInstanceKey(key, purpose: .oidcSigning))
            _ = try tx.run(.noteSigningKey(key.id, .oidcSigning))
        }
        return key.id
    }

    /// Makes a new key when the newest is `days` old (never for 0), and forgets keys that nothing needs any more. Any
    /// number of replicas may do so at once.
    /// - Returns: the id of the new key.
    @discardableResult
    package func tendSigningKeys(rotationDays days: Int) async throws -> String? {
        let now = time.now()
        let known = try await system.run(.instanceKeys(.oidcSigning))
        let isDue = days > 0 && Self.isDue(known, days: days, at: now)
        guard isDue || Self.needed(known, at: now).count < known.count else { return nil }
        let fresh = try newSigningKey(signsFrom: now + TimeInterval(Self.publishedSeconds))
        return try await system.write { tx in
            _ = try tx.run(.lockInstanceKeys())
            var keys = try tx.run(.instanceKeys(.oidcSigning))
            let needed = Set(Self.needed(keys, at: now).map(\.id))
            for key in keys where !needed.contains(key.id) {
                _ = try tx.run(.deleteInstanceKey(key.id, purpose: .oidcSigning))
            }
            keys.removeAll { !needed.contains($0.id) }
            // Another replica may have been first.
            guard days > 0, Self.isDue(keys, days: days, at: now) else { return nil }
            _ = try tx.run(.insertInstanceKey(fresh, purpose: .oidcSigning))
            _ = try tx.run(.noteSigningKey(fresh.id, .oidcSigning))
            return fresh.id
        }
    }

    func newSigningKey(signsFrom: Date?) throws -> InstanceKeyRecord {
        let key = try SigningKey(
            random: random, createdAt: time.now(), signsFrom: signsFrom, lifeSeconds: Self.signingLifeSeconds)
        return InstanceKeyRecord(
            id: key.id, publicDER: Array(key.publicKey.x.utf8),
            sealedKey: try sealing.seal(key.privateKey, aad: Self.aad(.oidcSigning, key.id), random: random),
            createdAt: key.createdAt, signsFrom: signsFrom)
    }

    /// Leaves out keys whose successor has signed for so long that no token of theirs is alive.
    static func needed(_ keys: [InstanceKeyRecord], at now: Date) -> [InstanceKeyRecord] {
        let cut = keys.map(\.start).filter { $0 + TimeInterval(keptSeconds) <= now }.max()
        guard let cut else { return keys }
        return keys.filter { $0.start >= cut }
    }

    private static func isDue(_ keys: [InstanceKeyRecord], days: Int, at now: Date) -> Bool {
        guard let newest = keys.map(\.start).max() else { return false }
        return newest + TimeInterval(days * 86_400) <= now + TimeInterval(publishedSeconds)
    }
}

extension Query {
    /// The audit's row of a new signing key; by the system, which an operator on the command line is, too.
    static func noteSigningKey(_ id: String, _ purpose: InstanceKeyPurpose) -> Query<Int> where Result == Int {
        .insertAuditEvent(
            .signingKeyCreate, on: .key(id, detail: ["purpose": purpose.rawValue]), by: .system, from: nil)
    }

    /// The audit's row of a signing key that is taken out of use.
    static func noteRetirement(of id: String, _ purpose: InstanceKeyPurpose) -> Query<Int> where Result == Int {
        .insertAuditEvent(
            .signingKeyRetire, on: .key(id, detail: ["purpose": purpose.rawValue]), by: .system, from: nil)
    }
}

extension InstanceKeyRecord {
    /// From when on it signs.
    fileprivate var start: Date { signsFrom ?? createdAt }
}
