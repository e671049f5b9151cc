import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Row-level security of sign-ins alone: no check in Swift stands before these queries.
@Suite(.database, .timeLimit(.minutes(4)))
struct SignInRowsTests {
    private let database = TestDatabase.current

    private func user() async throws -> TestPrincipal {
        let principal = TestPrincipal()
        let email = Email(unchecked: "\(principal.userID)@example.com")
        _ = try await database.system(because: "test").run(
            .insertUser(
                principal.userID, email: email, name: "u", passwordHash: nil, isAdmin: false, at: ManualTime.start))
        return principal
    }

    @Test func `in another user's name sign-ins are neither seen nor ended`() async throws {
        let (ada, eve) = (try await user(), try await user())
        let id = SystemRandom().uuid()
        let now = ManualTime.start
        let signIn = SignInRecord(
            id: id, userID: ada.userID, kind: .password, clientID: "c", agent: "", address: "", createdAt: now,
            expiresAt: now + 60)
        _ = try await database.system(because: "test").run(.insertSignIn(signIn, limit: 100))
        #expect(try await database.run(.signIns(of: ada.userID, at: now, limit: 10), as: ada).map(\.id) == [id])
        #expect(try await database.run(.signIns(of: ada.userID, at: now, limit: 10), as: eve).isEmpty)
        #expect(try await database.run(.signIn(id), as: eve) == nil)
        let ended = try await database.write(as: eve) { tx in try tx.run(.revokeSignIn(id, of: ada.userID, at: now)) }
        #expect(ended == 0)
        let own = try await database.write(as: ada) { tx in try tx.run(.revokeSignIn(id, of: ada.userID, at: now)) }
        #expect(own == 1)
    }

    @Test func `a user can change nothing of a sign-in but end it`() async throws {
        let ada = try await user()
        let id = SystemRandom().uuid()
        await #expect(throws: DatabaseError.self) {
            try await database.write(as: ada) { tx in
                try tx.run(.touchSignIn(id, at: ManualTime.start, expiresAt: ManualTime.start + 1e9))
            }
        }
        await #expect(throws: DatabaseError.self) {
            _ = try await database.run(.lockDeviceCode(deviceSHA256: [1]), as: ada)
        }
        await #expect(throws: DatabaseError.self) {
            _ = try await database.run(.lockAuthorizationCode(sha256: [1]), as: ada)
        }
    }
}
