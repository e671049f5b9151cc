import Domain
import FoundationEssentials
import Persistence
import TestSupport

@testable import Auth

/// Accounts on the test's database, with a clock that stands still and passwords that cost little.
struct AccountsFixture {
    static let password = "correct horse battery"

    let database = TestDatabase.current
    let time = ManualTime()
    let hasher: PasswordHasher
    let accounts: Accounts
    let passwords: PasswordSignIn

    init(activeLimit: Int64? = nil) throws {
        let cheap = PasswordHash.Parameters(logN: 10, blockSize: 1)
        hasher = PasswordHasher(parameters: cheap ?? .standard, maxWaiting: 1000)
        accounts = Accounts(
            database: database, hasher: hasher, time: time, random: SystemRandom(), activeLimit: activeLimit)
        passwords = PasswordSignIn(database: database, hasher: hasher, time: time)
    }

    /// A new user with the password above.
    func user(isAdmin: Bool = false) async throws -> User {
        let email = try Email("\(SystemRandom().uuid().text)@example.com")
        return try await accounts.create(
            email: email, name: "Ada", password: try Password(Secret(Self.password)), isAdmin: isAdmin)
    }

    func principal(_ user: User) -> Principal {
        Principal(userID: user.id, email: user.email, isAdmin: user.isAdmin, sessionID: SystemRandom().uuid())
    }

    /// Whether the pair is let in; anything but a refusal is thrown on.
    func signsIn(_ user: User, _ password: String = Self.password, from address: String? = nil) async throws -> Bool {
        do {
            let account = try await passwords.signIn(
                username: user.email.rawValue, password: Secret(password), from: address)
            return account.userID == user.id
        } catch let error as TokenError where error == .badCredentials {
            return false
        }
    }

    /// A session as the token endpoint opens one; the digest of its refresh token.
    func session(of user: User) async throws -> [UInt8] {
        let digest = OpaqueToken(.refresh, random: SystemRandom()).digest.bytes
        let now = time.now()
        _ = try await database.system(because: "test").run(
            .insertRefreshToken(
                sha256: digest, family: SystemRandom().uuid(), user: user.id, clientID: "c", at: now,
                expiresAt: now + 60))
        return digest
    }

    func isRevoked(_ session: [UInt8]) async throws -> Bool {
        try await database.system(because: "test").run(.refreshToken(sha256: session))?.revokedAt != nil
    }

    func current(_ user: User) async throws -> User? {
        try await database.system(because: "test").run(.user(user.id))
    }
}
