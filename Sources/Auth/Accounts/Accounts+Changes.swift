package import Domain
import FoundationEssentials
package import Persistence

/// What is to change of a user; `nil` stays as it is.
package struct AccountChange: Sendable {
    package var name: String?
    package var active: Bool?
    package var isAdmin: Bool?

    package init(name: String? = nil, active: Bool? = nil, isAdmin: Bool? = nil) {
        self.name = name
        self.active = active
        self.isAdmin = isAdmin
    }
}

extension Accounts {
    /// Changes a user: administrators anybody, everybody their own name. A deactivation ends all sessions of the user,
    /// and all replicas learn of it with the commit (USER-04). An active administrator is always left, also when two
    /// deactivate each other at the same time.
    /// - Throws: `Refusal`: notFound, forbidden, stale, invalid and `service_account` for what no service account has,
    ///   `own_account`, `last_admin`, `user_limit`; `DatabaseError`.
    package func change(
        _ id: UserID, _ change: AccountChange, ifRevision: Int64?, by principal: Principal
    ) async throws -> User {
        try principal.requireSignIn()
        let now = time.now()
        let origin = RequestOrigin.current
        return try await database.system(because: "users belong to no tenant").write { tx in
            _ = try tx.run(.lockUsers())
            guard let user = try tx.run(.user(id)) else { throw Refusal.notFound(.user) }
            try requireRight(to: change, of: user, by: principal, tx)
            if user.kind == .service { try Self.requireFitting(change) }
            if change.active == true, !user.active, user.kind == .person { try requireRoom(tx) }
            let loses = change.active == false || change.isAdmin == false
            if loses, user.isAdmin, user.active { try requireAnotherAdministrator(than: id, tx) }
            let changed = try tx.run(
                .updateUser(
                    id, name: change.name, active: change.active, isAdmin: change.isAdmin, ifRevision: ifRevision,
                    at: now))
            guard changed == 1 else { throw Refusal.stale }
            if change.active == false, user.active {
                try endSessions(of: id, at: now, tx)
                // Also those that the user made for service accounts, and knows.
                _ = try tx.run(.revokeAPITokens(of: id, at: now))
            }
            guard let after = try tx.run(.user(id)) else { throw Refusal.notFound(.user) }
            let noted = Change(after).noting("name", user.name, after.name)
                .noting("active", "\(user.active)", "\(after.active)")
                .noting("is_admin", "\(user.isAdmin)", "\(after.isAdmin)")
            if let subject = noted.subject(.user, id) {
                _ = try tx.run(.insertAuditEvent(.userUpdate, on: subject, by: principal.auditActor, from: origin))
            }
            return after
        }
    }

    /// Sets the password of somebody who has shown the current one. Ends all sessions, the caller's too.
    /// - Throws: `Refusal.unauthenticated` when a reset, a deactivation or another new password came after the
    ///   confirmation, which ended the caller's sign-in; `DatabaseError`; what `also` throws.
    package func setPassword(
        _ password: Password, of principal: Principal, confirmed: ConfirmedPassword,
        also: @escaping @Sendable (borrowing WriteTransaction) throws -> Void = { _ in }
    ) async throws {
        let hash = Secret(try await hasher.hash(password))
        let now = time.now()
        let origin = RequestOrigin.current
        try await database.system(because: "nobody else reads or writes passwords").write { tx in
            guard
                try tx.run(.replacePassword(confirmed.hash, by: hash, of: principal.userID, at: now)) == 1
            else { throw Refusal.unauthenticated("this sign-in was ended while the password was being changed") }
            try endSessions(of: principal.userID, at: now, tx)
            _ = try tx.run(
                .insertAuditEvent(
                    .passwordChange, on: AuditSubject(.user, principal.userID), by: principal.auditActor, from: origin))
            try also(tx)
        }
    }

    private func requireRight(
        to change: AccountChange, of user: User, by principal: Principal, _ tx: borrowing WriteTransaction
    ) throws {
        // Read again behind the lock: somebody may just have taken the right away.
        guard let caller = try tx.run(.user(principal.userID)), caller.active else {
            throw Refusal.forbidden("your account is not active")
        }
        let isOwn = caller.id == user.id
        guard caller.isAdmin || (isOwn && change.active == nil && change.isAdmin == nil) else {
            throw Refusal.forbidden("only an administrator may do this; everybody may change their own name")
        }
        if isOwn, change.active == false {
            throw Refusal.conflict(.ownAccount, "nobody can deactivate their own account")
        }
    }

    /// A service account is activated and deactivated, nothing else: its name is a part of its address.
    private static func requireFitting(_ change: AccountChange) throws(Refusal) {
        if change.isAdmin == true {
            throw .conflict(.serviceAccount, "a service account can't administer the instance")
        }
        guard change.name == nil else {
            throw .invalid("name", "person", "a person's; a service account keeps its name")
        }
    }

    private func requireAnotherAdministrator(than user: UserID, _ tx: borrowing WriteTransaction) throws {
        guard try tx.run(.countOtherAdministrators(user)) > 0 else {
            throw Refusal.conflict(
                .lastAdmin, "there must be an active administrator; make somebody else one first")
        }
    }
}
