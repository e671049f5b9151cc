import Auth
import Domain
import Persistence

/// Users as the API offers them.
package struct Users: Sendable {
    let database: Database
    let accounts: Accounts

    /// Adds a user; administrators only. The user gets a workspace of their own (AUTH-16).
    /// - Throws: `Refusal`: forbidden, `email_taken`.
    func create(email: Email, name: String, password: Password?, isAdmin: Bool, by principal: Principal) async throws
        -> User
    {
        try principal.requireAdmin()
        let claim = IdempotencyClaim.current
        return try await accounts.create(email: email, name: name, password: password, isAdmin: isAdmin) { tx in
            try claim?.mark(in: tx, of: principal.userID)
        }
    }

    /// - Throws: `Refusal.notFound`.
    func user(_ id: UserID, by principal: Principal) async throws -> User {
        guard let user = try await database.run(.user(id), as: principal) else { throw Refusal.notFound(.user) }
        return user
    }

    /// All users in order of e-mail (USER-02), or the one with that e-mail (USER-03).
    func list(email: Email?, afterEmail: String?, limit: Int, by principal: Principal) async throws -> [User] {
        if let email { return try await database.run(.user(email: email), as: principal).map { [$0] } ?? [] }
        return try await database.run(.users(afterEmail: afterEmail, limit: limit), as: principal)
    }
}
