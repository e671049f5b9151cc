package import Domain
import FoundationEssentials
package import Persistence

/// Checks user names and passwords, and slows guessing down: per account and per client address, in the database, so
/// that it holds over replicas and restarts. Every refusal looks the same and costs a hash: an unknown name, a wrong
/// password, a deactivated user, a lock. Only text that can't be a password at all is refused without one.
package struct PasswordSignIn: Sendable {
    /// Five failures are free, then 2, 4, 8… seconds, at most a quarter of an hour.
    package static let accountLimits = FailureLimits(free: 5, maxLockSeconds: 900, forgiveSeconds: 3600)
    /// Many people may share an address.
    package static let addressLimits = FailureLimits(free: 30, maxLockSeconds: 900, forgiveSeconds: 60)

    private let database: Database
    private let hasher: PasswordHasher
    private let time: any TimeSource

    package init(database: Database, hasher: PasswordHasher, time: any TimeSource) {
        self.database = database
        self.hasher = hasher
        self.time = time
    }

    private var system: SystemDatabase { database.system(because: "nobody is signed in while a password is checked") }

    /// The account of a right pair of user name and password.
    /// - Parameter address: the client's, as `ClientAddresses` tells it; `nil` when it is not known, which counts for
    ///   the account alone.
    /// - Throws: `TokenError.badCredentials` for every kind of wrong pair and while a lock lasts; `DatabaseError`;
    ///   `Refusal.unavailable` when too many passwords are being checked; `CancellationError`.
    package func signIn(username: String, password: Secret<String>, from address: String?) async throws -> Account {
        // No user has such a password, whoever they are, so the quick answer tells nothing of the account. It must not
        // count: a guess that costs the server no hash would lock accounts for free.
        guard Password.isHashable(password.reveal()) else { throw TokenError.badCredentials }
        // What is no address of ours is looked for as well: the answer takes as long.
        let email = Email(rawValue: username)
        let account = LoginSubject.account(email?.rawValue ?? username)
        let origin = address.map(LoginSubject.address)
        let (found, isLocked) = try await system.run(
            .credentials(email: email ?? Email(unchecked: "")), .isLocked(account, origin, at: time.now()))
        let matches = try await hasher.verify(password, against: isLocked ? nil : found?.passwordHash?.reveal())
        guard !isLocked else {
            _ = try await system.run(.noteSignInRefusal(of: found?.user.id, account, origin, at: time.now()))
            throw TokenError.badCredentials
        }
        guard let found, matches, found.user.active else {
            try await record(account, origin)
            _ = try await system.run(.noteSignInRefusal(of: found?.user.id, account, origin, at: time.now()))
            throw TokenError.badCredentials
        }
        // A guess that was under way when others locked the account or the address must not get in.
        let now = time.now()
        guard try await !system.run(.forgetFailures(of: account, unlessLocked: origin, at: now)) else {
            _ = try await system.run(.noteSignInRefusal(of: found.user.id, account, origin, at: now))
            throw TokenError.badCredentials
        }
        return Account(found.user)
    }

    /// Whether this is the password of somebody who is signed in: proof that it was, or `nil`. Guesses count by
    /// themselves, so that who has got hold of an access token can't lock its owner out.
    /// - Throws: `DatabaseError`; `Refusal.unavailable`; `CancellationError`.
    package func confirm(_ password: Secret<String>, of user: User) async throws -> ConfirmedPassword? {
        guard Password.isHashable(password.reveal()) else { return nil }
        let subject = LoginSubject.change(user.id)
        let (found, isLocked) = try await system.run(
            .credentials(email: user.email), .isLocked(subject, nil, at: time.now()))
        let matches = try await hasher.verify(password, against: isLocked ? nil : found?.passwordHash?.reveal())
        guard !isLocked else { return nil }
        guard matches, let found, found.user.id == user.id, let hash = found.passwordHash else {
            try await record(subject, nil)
            return nil
        }
        let wasLocked = try await system.run(.forgetFailures(of: subject, unlessLocked: nil, at: time.now()))
        return wasLocked ? nil : ConfirmedPassword(hash: hash)
    }

    private func record(_ account: Digest, _ origin: Digest?) async throws {
        let now = time.now()
        let first = Query<Int>.recordFailure(account, at: now, Self.accountLimits)
        if let origin {
            _ = try await system.run(first, .recordFailure(origin, at: now, Self.addressLimits))
        } else {
            _ = try await system.run(first)
        }
    }
}

extension Query {
    /// The audit's row of a user name and password that were not let in. Never the name: people type passwords there.
    fileprivate static func noteSignInRefusal(of user: UserID?, _ account: Digest, _ origin: Digest?, at: Date)
        -> Query<Int>
    where Result == Int {
        .noteRefusal(
            .signInRefuse, on: user.map { AuditSubject(.user, $0) }, by: .anonymous, from: RequestOrigin.current,
            code: .signInRefusalCode(account, origin, at: at))
    }
}

/// The password that somebody has shown to be theirs, as it was stored then.
package struct ConfirmedPassword: Sendable {
    let hash: Secret<String>
}

/// What failures are counted for, as the hash that the database has.
enum LoginSubject {
    /// A user name, whether or not there is such a user.
    static func account(_ name: String) -> Digest { digest("account", name) }

    /// A client's address, as `IPAddress.network` counts it.
    static func address(_ text: String) -> Digest { digest("address", IPAddress.network(of: text)) }

    /// Confirmations by somebody who is signed in.
    static func change(_ user: UserID) -> Digest { digest("change", user.description) }

    private static func digest(_ kind: String, _ name: String) -> Digest {
        Digest(hashing: Array("\(kind):\(name)".utf8))
    }
}
