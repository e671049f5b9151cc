package import Domain
import FoundationEssentials
package import Persistence

/// Users as sign-in and administration see them.
package struct Accounts: Sendable {
    let database: Database
    let hasher: PasswordHasher
    let time: any TimeSource
    let random: any RandomSource
    let activeLimit: Int64?

    /// - Parameter activeLimit: how many active users there may be (USER-05), or `nil`.
    package init(
        database: Database, hasher: PasswordHasher, time: any TimeSource, random: any RandomSource,
        activeLimit: Int64? = nil
    ) {
        self.database = database
        self.hasher = hasher
        self.time = time
        self.random = random
        self.activeLimit = activeLimit
    }

    /// Adds a user together with the workspace that is the user's own (AUTH-16).
    /// - Parameters:
    ///   - actor: who does it: the system, or a user, who must be an active administrator.
    ///   - also: what else belongs into the transaction; it is given the user.
    /// - Throws: `Refusal`: forbidden, invalid for an address of service accounts, `email_taken`, `user_limit`;
    ///   `DatabaseError`; what `also` throws.
    package func create(
        email: Email, name: String, password: Password?, isAdmin: Bool, by actor: AuditActor = .system,
        also: @escaping @Sendable (borrowing WriteTransaction, User) throws -> Void = { _, _ in }
    ) async throws -> User {
        guard !email.isOfServiceAccount else {
            throw Refusal.invalid("email", "reserved", "an address that does not end as those of service accounts do")
        }
        let hash = if let password { Secret(try await hasher.hash(password)) } else { Secret<String>?.none }
        let id: UserID = random.id()
        let now = time.now()
        let origin = RequestOrigin.current
        do {
            return try await database.system(because: "a new user has no workspace yet").write { tx in
                _ = try tx.run(.lockUsers())
                if case .user(let caller, _) = actor { try requireAdministrator(caller, tx) }
                try requireRoom(tx)
                _ = try tx.run(.insertUser(id, email: email, name: name, passwordHash: hash, isAdmin: isAdmin, at: now))
                _ = try tx.run(.createWorkspace(name: .defaultWorkspace(of: email), for: id, at: now))
                guard let user = try tx.run(.user(id)) else { throw Refusal.notFound(.user) }
                _ = try tx.run(.insertAuditEvent(.userCreate, on: AuditSubject(.user, id), by: actor, from: origin))
                try also(tx, user)
                return user
            }
        } catch let error as DatabaseError where error.violates(.usersEmail) {
            throw Refusal.conflict(.emailTaken, "a user with the e-mail \(email) exists")
        }
    }

    /// Makes the first administrator of an empty instance; does nothing when there are users.
    /// - Returns: whether a user was made.
    package func createFirstAdministrator(email: Email, password: Password) async throws -> Bool {
        let users = try await database.system(because: "is the instance empty?").run(.countUsers())
        guard users == 0 else { return false }
        do {
            _ = try await create(email: email, name: "Administrator", password: password, isAdmin: true)
            return true
        } catch Refusal.conflict(.emailTaken, _) {
            return false  // Another replica was first.
        }
    }

    /// The state that authentication needs; `nil` for an unknown user.
    package func account(_ id: UserID) async throws -> Account? {
        try await database.system(because: "a token names a user").run(.user(id)).map(Account.init)
    }

    /// Whether one more user may be active (USER-05). Call it after `lockUsers`, so that two can't take the last place.
    /// - Throws: `Refusal.conflict(.userLimit)`.
    func requireRoom(_ tx: borrowing WriteTransaction) throws {
        guard let activeLimit, try tx.run(.countActiveUsers()) >= activeLimit else { return }
        throw Refusal.conflict(.userLimit, "this instance may have \(activeLimit) active users, and has them")
    }

    /// Reads the caller again, in the transaction: somebody may just have taken the right away.
    /// - Throws: `Refusal.forbidden`.
    func requireAdministrator(_ id: UserID, _ tx: borrowing WriteTransaction) throws {
        guard let caller = try tx.run(.user(id)), caller.active, caller.isAdmin else {
            throw Refusal.forbidden("only an administrator may do this")
        }
    }

    /// Ends everything that a user was signed in with, in the transaction of its reason, in the order of `lockUser`.
    func endSessions(of user: UserID, at now: Date, _ tx: borrowing WriteTransaction) throws {
        _ = try tx.run(.refuseTokens(of: user, before: now))
        _ = try tx.run(.revokeSignIns(of: user, at: now))
        _ = try tx.run(.revokeRefreshTokens(of: user, at: now))
        _ = try tx.run(.revokeAccountLinks(of: user, at: now))
    }
}

extension Account {
    init(_ user: User) {
        self.init(
            userID: user.id, email: user.email, name: user.name, isAdmin: user.isAdmin, isActive: user.active,
            tokensNotBefore: user.tokensNotBefore)
        kind = user.kind
    }
}
