import Auth
import Domain
import FoundationEssentials
import Persistence

/// Users as the API offers them.
package struct Users: Sendable {
    let database: Database
    let accounts: Accounts
    let passwords: PasswordSignIn
    /// Told of changes at once: what this replica remembers must not wait for the notification of its own commit.
    let authenticator: Authenticator
    /// Where people reach the server, for links.
    let publicURL: String

    /// Adds a user; administrators only. The user gets a workspace of their own (AUTH-16), and without a password the
    /// link of an invitation.
    /// - Throws: `Refusal`: forbidden, invalid for an address of service accounts, `email_taken`, `user_limit`.
    func create(email: Email, name: String, password: Password?, isAdmin: Bool, by principal: Principal) async throws
        -> (user: User, link: AccountLink?)
    {
        try principal.requireAdmin()
        let claim = IdempotencyClaim.current
        let mark: @Sendable (borrowing WriteTransaction) throws -> Void = { tx in
            try claim?.mark(in: tx, of: principal.userID)
        }
        guard let password else {
            let (user, link) = try await accounts.invite(
                email: email, name: name, isAdmin: isAdmin, by: principal, also: mark)
            return (user, link)
        }
        let user = try await accounts.create(
            email: email, name: name, password: password, isAdmin: isAdmin, by: principal.auditActor
        ) {
            tx, _ in
            try mark(tx)
        }
        return (user, nil)
    }

    /// - Throws: `Refusal.notFound`.
    func user(_ id: UserID, by principal: Principal) async throws -> User {
        guard let user = try await database.run(.user(id), as: principal) else { throw Refusal.notFound(.user) }
        return user
    }

    /// All people in order of e-mail (USER-02), or the one with that e-mail (USER-03); service accounts are no people.
    func list(email: Email?, afterEmail: String?, limit: Int, by principal: Principal) async throws -> [User] {
        if let email {
            let found = try await database.run(.user(email: email), as: principal)
            return found.map { $0.kind == .person ? [$0] : [] } ?? []
        }
        return try await database.run(.users(afterEmail: afterEmail, limit: limit), as: principal)
    }

    /// Renames, activates, deactivates, and makes an administrator or not (USER-04).
    /// - Throws: `Refusal`: notFound, forbidden, stale, `own_account`, `last_admin`, `user_limit`; invalid and
    ///   `service_account` for what no service account has.
    func update(_ id: UserID, _ change: AccountChange, ifRevision: Int64?, by principal: Principal) async throws -> User
    {
        defer { authenticator.invalidate(id) }
        return try await accounts.change(id, change, ifRevision: ifRevision, by: principal)
    }

    /// Sets the caller's password and ends all sessions, this one too.
    /// - Throws: `Refusal`: invalid for field `current_password`, also while too many wrong ones make everybody wait;
    ///   unauthenticated when this sign-in was ended meanwhile; `external_account`.
    func changePassword(from current: Secret<String>, to new: Password, by principal: Principal) async throws {
        try principal.requireSignIn()
        try await accounts.requirePasswordUser(principal.userID)
        let user = try await user(principal.userID, by: principal)
        guard let confirmed = try await passwords.confirm(current, of: user) else {
            throw Refusal.invalid("current_password", "current_password", "your current password")
        }
        let claim = IdempotencyClaim.current
        defer { authenticator.invalidate(principal.userID) }
        try await accounts.setPassword(new, of: principal, confirmed: confirmed) { tx in
            try claim?.mark(in: tx, of: principal.userID)
        }
    }

    /// Takes a user's password away and makes a link for a new one; administrators only.
    /// - Throws: `Refusal`: forbidden, notFound, invalid for a service account.
    func resetPassword(of id: UserID, by principal: Principal) async throws -> AccountLink {
        let claim = IdempotencyClaim.current
        defer { authenticator.invalidate(id) }
        return try await accounts.resetPassword(of: id, by: principal) { tx in
            try claim?.mark(in: tx, of: principal.userID)
        }
    }

    /// A user's links to other providers, by id, one more than `limit`.
    /// - Throws: `Refusal`: forbidden, notFound.
    func identities(of id: UserID, after: UUID?, limit: Int, by principal: Principal) async throws
        -> [ExternalIdentity]
    {
        try await accounts.identities(of: id, after: after, limit: limit, by: principal)
    }

    /// Removes a link to another provider, and ends all sign-ins of the user.
    /// - Throws: `Refusal`: forbidden, notFound, `external_account`.
    func unlink(_ link: ExternalIdentityID, of id: UserID, by principal: Principal) async throws {
        let claim = IdempotencyClaim.current
        defer { authenticator.invalidate(id) }
        try await accounts.unlink(link, of: id, by: principal) { tx in
            try claim?.mark(in: tx, of: principal.userID)
        }
    }

    /// Whose password a link sets; `nil` for one that does not work.
    func holder(of link: OpaqueToken) async throws -> User? { try await accounts.holder(of: link) }

    /// Sets the password of a link's user.
    /// - Throws: `Refusal.unauthenticated` for a link that does not work.
    func accept(_ token: Secret<String>, password: Password) async throws -> User {
        guard let token = OpaqueToken(token.reveal(), kind: .accountLink) else { throw Accounts.badLink }
        let user = try await accounts.accept(token, password: password)
        authenticator.invalidate(user.id)
        return user
    }
}
