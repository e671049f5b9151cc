import Domain
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct FingerprintKeyTests {
    @Test func `a fingerprint follows from key and bytes, and all replicas have one key`() async throws {
        let ring = SealingKeyring(try SealingKey(Secret(SeededRandom(seed: 1).bytes(32))))
        let keys = InstanceKeys(
            database: TestDatabase.current, sealing: ring, time: ManualTime(), random: SystemRandom())
        let found = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<6 { group.addTask { try await keys.fingerprintKey().fingerprint(of: [1, 2]) } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(found.count == 1)
        let key = try await keys.fingerprintKey()
        #expect(key.fingerprint(of: [1, 3]) != key.fingerprint(of: [1, 2]))
        #expect(!found.contains(Digest(hashing: [1, 2]).bytes))
        #expect(try FingerprintKey(Secret(SeededRandom(seed: 2).bytes(32))).fingerprint(of: [1, 2]) != found.first)
    }
}
