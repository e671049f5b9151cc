import Domain
import FoundationEssentials
import Persistence
import Synchronization
import TestSupport
import Testing

@testable import Auth

/// Rotation of the sealing key. It goes through whole tables, so each test has a database of its own.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct ResealingTests {
    private let database = TestDatabase.current
    private let random = SystemRandom()
    private let old: SealingKeyring
    private let both: SealingKeyring
    private let new: SealingKeyring
    private let user: UserID = SystemRandom().id()
    private var system: SystemDatabase { database.system(because: "test") }

    init() throws {
        let first = try SealingKey(Secret(Array(repeating: 1, count: 32)))
        let second = try SealingKey(Secret(Array(repeating: 2, count: 32)))
        old = SealingKeyring(first)
        both = SealingKeyring(second, older: [first])
        new = SealingKeyring(second)
    }

    /// A user, and connections whose details are their own names.
    private func connections(_ count: Int, sealedWith ring: SealingKeyring) async throws -> [ConnectionID] {
        try await system.write { [user] tx in
            if try tx.run(.user(user)) == nil {
                _ = try tx.run(
                    .insertUser(
                        user, email: Email(unchecked: "a@example.com"), name: "a", passwordHash: nil, isAdmin: false,
                        at: ManualTime.start))
            }
        }
        return try await database.write(as: TestPrincipal(user)) { [user, random] tx in
            try (0..<count).map { _ in
                let name = ConnectionName(unchecked: "c-\(random.uuid())")
                let id = try tx.run(
                    .insertConnection(name, type: ConnectionType(unchecked: "x"), by: user, at: ManualTime.start))
                let sealed = try ring.seal(
                    Secret(Array("\(id)".utf8)), aad: SealedPlace.connectionDetails(id).aad, random: random)
                _ = try tx.run(.insertConnectionDetails(id, sealed: sealed))
                return id
            }
        }
    }

    private func sealedDetails(_ id: ConnectionID) async throws -> [UInt8] {
        try #require(try await system.run(.sealedConnectionDetails(id)))
    }

    /// Those of them that the ring opens.
    private func readable(_ ids: [ConnectionID], with ring: SealingKeyring) async throws -> [ConnectionID] {
        var found: [ConnectionID] = []
        for id in ids {
            let sealed = try await sealedDetails(id)
            let plain = try? ring.open(sealed, aad: SealedPlace.connectionDetails(id).aad)
            if plain?.reveal() == Array("\(id)".utf8) { found.append(id) }
        }
        return found
    }

    private func keepAnswer(_ key: String) async throws {
        let claim = random.uuid()
        let sealed = try old.seal(
            Secret(Array("answer".utf8)), aad: SealedPlace.keptAnswer(key: key, of: user).aad, random: random)
        try await system.write { [user] tx in
            _ = try tx.run(
                .claimIdempotencyKey(
                    key: key, fingerprint: [1], claim: claim, user: user, at: ManualTime.start,
                    abandonedBefore: ManualTime.start))
            _ = try tx.run(
                .keepIdempotentAnswer(
                    key: key, claim: claim, user: user, status: 201, headers: "{}", sealedBody: sealed))
        }
    }

    private func registryTokens(_ count: Int, sealedWith ring: SealingKeyring) async throws {
        try await database.write(as: TestPrincipal(user)) { [user, random] tx in
            for _ in 0..<count {
                let id = try tx.run(
                    .insertModelRegistry(
                        ModelRegistryName(unchecked: "r-\(random.uuid())"),
                        url: ModelRegistryURL(unchecked: "https://ml.example.com"), hasToken: true, by: user,
                        at: ManualTime.start))
                let sealed = try ring.seal(
                    Secret(Array("token".utf8)), aad: SealedPlace.modelRegistryToken(id).aad, random: random)
                _ = try tx.run(.insertModelRegistryToken(id, sealed: sealed))
            }
        }
    }

    private func registryCredentials(sealedWith ring: SealingKeyring) async throws -> WorkspaceID {
        try await database.write(as: TestPrincipal(user)) { [user, random] tx in
            let id = try tx.run(.createWorkspace(name: WorkspaceName(unchecked: "w"), at: ManualTime.start))
            let sealed = try ring.seal(
                Secret(Array("password".utf8)), aad: SealedPlace.registryCredentials(of: id, registry: "r").aad,
                random: random)
            let made = RegistryCredentials(
                workspaceID: id, registry: "r", username: "u", setBy: user, setAt: ManualTime.start)
            _ = try tx.run(.insertRegistryCredentials(made, sealed: sealed))
            return id
        }
    }

    private func run(_ ring: SealingKeyring, batch: Int = 2) async throws -> [Resealing.Progress] {
        try await Resealing(database: database, sealing: ring, random: random, batch: batch).run { _ in }
    }

    private func keysInUse() async throws -> Set<String> {
        Set(try await Resealing(database: database, sealing: both, random: random).keysInUse().map(\.keyID))
    }

    private func instanceKeys(_ ring: SealingKeyring) -> InstanceKeys {
        InstanceKeys(database: database, sealing: ring, time: ManualTime(), random: random)
    }

    @Test func `everything sealed is sealed anew, in every table, and the old key is of no use then`() async throws {
        let signing = try await instanceKeys(old).signingKeys()
        let authority = try await instanceKeys(old).certificateAuthority(trustDomain: "example.org")
        let ids = try await connections(5, sealedWith: old)
        try await registryTokens(4, sealedWith: old)
        let workspace = try await registryCredentials(sealedWith: old)
        for key in ["k1", "k2", "k3"] { try await keepAnswer(key) }
        #expect(try await keysInUse() == [old.sealingKeyID])

        let ends = try await run(both)
        #expect(ends.map(\.resealed) == [2, 5, 4, 1, 3] && ends.map(\.unreadable) == [0, 0, 0, 0, 0])
        #expect(try await keysInUse() == [new.sealingKeyID])
        #expect(try await instanceKeys(new).signingKeys().map(\.id) == signing.map(\.id))
        let read = try await instanceKeys(new).certificateAuthority(trustDomain: "example.org")
        #expect(read.certificateDER == authority.certificateDER)
        #expect(read.privateKey.reveal() == authority.privateKey.reveal())
        #expect(try await readable(ids, with: new) == ids)
        let account = try #require(
            try await system.run(.sealedRegistryCredentials(of: workspace, at: "r")))
        let password = try new.open(
            account.sealedPassword, aad: SealedPlace.registryCredentials(of: workspace, registry: "r").aad)
        #expect(password.reveal() == Array("password".utf8))
        let answer = try #require(try await system.run(.idempotencyRecord(key: "k2", user: user)))
        let body = try new.open(
            try #require(answer.sealedBody), aad: SealedPlace.keptAnswer(key: "k2", of: user).aad)
        #expect(body.reveal() == Array("answer".utf8) && answer.status == 201)
        #expect(try await run(both).map(\.resealed) == [0, 0, 0, 0, 0])

        // A new table with sealed values has to be added to `Resealing`.
        let columns = try await TestDatabase.psql(
            """
            select table_name || '.' || column_name from information_schema.columns
            where table_schema = 'public' and data_type = 'bytea' and column_name like 'sealed%' order by 1
            """)
        #expect(ends.map(\.place).sorted() == columns.compactMap { $0.first ?? nil })
        let counted = try await Resealing(database: database, sealing: both, random: random).keysInUse()
        #expect(Set(counted.map(\.place)) == Set(ends.map(\.place)) && counted.map(\.count).reduce(0, +) == 15)
    }

    @Test func `cut off in the middle, every value is readable, and a second run does the rest`() async throws {
        let ids = try await connections(5, sealedWith: old)
        try await TestDatabase.psql(
            """
            create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
            create trigger cut_off before update on connection_details for each row
            when (new.connection_id = \(ids[3])) execute function cut_off()
            """)
        await #expect(throws: DatabaseError.self) { _ = try await run(both) }
        // The second batch is undone as a whole.
        #expect(try await readable(ids, with: new) == Array(ids[..<2]))
        #expect(try await readable(ids, with: old) == Array(ids[2...]))
        #expect(try await readable(ids, with: both) == ids)
        #expect(try await keysInUse() == [old.sealingKeyID, new.sealingKeyID])

        try await TestDatabase.psql("drop trigger cut_off on connection_details")
        #expect(try await run(both).map(\.resealed) == [0, 3, 0, 0, 0])
        #expect(try await readable(ids, with: new) == ids)
    }

    @Test func `what no key opens, or was moved to another row, stays as it is and is counted`() async throws {
        let lost = SealingKeyring(try SealingKey(Secret(Array(repeating: 3, count: 32))))
        let ids = try await connections(2, sealedWith: old) + connections(2, sealedWith: lost)
        let moved = try await connections(1, sealedWith: old)[0]
        try await TestDatabase.psql(
            """
            update connection_details set sealed_details = (
                select sealed_details from connection_details where connection_id = \(ids[0]))
            where connection_id = \(moved)
            """)
        let before = try await [sealedDetails(ids[2]), sealedDetails(ids[3]), sealedDetails(moved)]
        let end = try await run(both, batch: 1)[1]
        #expect(end.resealed == 2 && end.unreadable == 3)
        #expect(try await [sealedDetails(ids[2]), sealedDetails(ids[3]), sealedDetails(moved)] == before)
        #expect(try await readable(ids, with: new) == Array(ids[..<2]))
        #expect(try await keysInUse() == [old.sealingKeyID, new.sealingKeyID, lost.sealingKeyID])
    }

    @Test func `it says how far it is after each batch`() async throws {
        _ = try await connections(5, sealedWith: old)
        let seen = Mutex<[Int]>([])
        _ = try await Resealing(database: database, sealing: both, random: random, batch: 2).run { progress in
            if progress.place.hasPrefix("connection_details") { seen.withLock { $0.append(progress.resealed) } }
        }
        #expect(seen.withLock { $0 } == [2, 4, 5])
    }
}
