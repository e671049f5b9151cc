package import Domain
package import FoundationEssentials
package import Persistence

/// A one-time link with which its holder sets the password of a user. Shown once, when it is made.
package struct AccountLink: Sendable {
    /// An invitation's life: seven days.
    package static let invitationSeconds: TimeInterval = 7 * 24 * 3600
    /// The life of a link for a new password: a day.
    package static let resetSeconds: TimeInterval = 24 * 3600

    package let token: OpaqueToken
    package let expiresAt: Date
}

extension Accounts {
    /// Adds a user without a password, and the link with which they set one. The account is active from the start, and
    /// counts: somebody who signs in through another provider needs no password.
    /// - Throws: as `create`.
    package func invite(
        email: Email, name: String, isAdmin: Bool, by principal: Principal,
        also: @escaping @Sendable (borrowing WriteTransaction) throws -> Void = { _ in }
    ) async throws -> (user: User, link: AccountLink) {
        let now = time.now()
        let link = AccountLink(
            token: OpaqueToken(.accountLink, random: random), expiresAt: now + AccountLink.invitationSeconds)
        let user = try await create(email: email, name: name, password: nil, isAdmin: isAdmin, by: principal.auditActor)
        {
            tx, user in
            _ = try tx.run(
                .insertAccountLink(
                    link.token.digest, for: user.id, .invitation, by: principal.userID, at: now,
                    expiresAt: link.expiresAt))
            try also(tx)
        }
        return (user, link)
    }

    /// Takes an active user's password away and makes a link with which they set a new one; administrators only. Ends
    /// all sessions, tokens and earlier links of the user, and the tokens that they made for service accounts.
    /// - Throws: `Refusal`: forbidden, notFound, also for a deactivated user, invalid for a service account,
    ///   `external_account`; `DatabaseError`; what `also` throws.
    package func resetPassword(
        of id: UserID, by principal: Principal,
        also: @escaping @Sendable (borrowing WriteTransaction) throws -> Void = { _ in }
    ) async throws -> AccountLink {
        try principal.requireAdmin()
        let now = time.now()
        let link = AccountLink(
            token: OpaqueToken(.accountLink, random: random), expiresAt: now + AccountLink.resetSeconds)
        let origin = RequestOrigin.current
        try await database.system(because: "users belong to no tenant").write { tx in
            _ = try tx.run(.lockUsers())
            try requireAdministrator(principal.userID, tx)
            try requireNotProvisioned(id, tx)
            if try tx.run(.user(id))?.kind == .service {
                throw Refusal.invalid("user_id", "person", "a person; a service account has no password")
            }
            guard try tx.run(.clearPassword(of: id, at: now)) == 1 else { throw Refusal.notFound(.user) }
            try endSessions(of: id, at: now, tx)
            // Whoever had got hold of the account may have made some, also for service accounts.
            _ = try tx.run(.revokeAPITokens(of: id, at: now))
            _ = try tx.run(
                .insertAccountLink(
                    link.token.digest, for: id, .reset, by: principal.userID, at: now, expiresAt: link.expiresAt))
            _ = try tx.run(
                .insertAuditEvent(
                    .passwordReset, on: AuditSubject(.user, id), by: principal.auditActor, from: origin))
            try also(tx)
        }
        return link
    }

    /// Sets the password of a link's user and uses the link up: of any number of racing callers one succeeds. Ends all
    /// sessions of the user and forgets wrong guesses at the old password.
    /// - Throws: `Refusal.unauthenticated`, the same for an unknown, used, revoked and expired link and for a
    ///   deactivated user; `DatabaseError`.
    package func accept(_ token: OpaqueToken, password: Password) async throws -> User {
        let system = database.system(because: "the holder of a link is not signed in")
        // Before the hash, which is costly on purpose, is spent on nobody.
        guard let holder = try await system.run(.accountLinkUser(token.digest, at: time.now())) else {
            throw Self.badLink
        }
        let hash = Secret(try await hasher.hash(password))
        let now = time.now()
        let origin = RequestOrigin.current
        return try await system.write { tx in
            _ = try tx.run(.lockUser(holder))
            guard let id = try tx.run(.consumeAccountLink(token.digest, at: now)),
                try tx.run(.setPassword(hash, of: id, at: now)) == 1
            else { throw Self.badLink }
            try endSessions(of: id, at: now, tx)
            guard let user = try tx.run(.user(id)) else { throw Self.badLink }
            _ = try tx.run(.forgetFailures(of: LoginSubject.account(user.email.rawValue)))
            _ = try tx.run(
                .insertAuditEvent(
                    .passwordAccept, on: AuditSubject(.user, id), by: .user(id, session: nil), from: origin))
            return user
        }
    }

    /// Whose password a link sets now; `nil` for an unknown, used, revoked and expired one and for a deactivated user.
    package func holder(of token: OpaqueToken) async throws -> User? {
        let system = database.system(because: "the holder of a link is not signed in")
        guard let id = try await system.run(.accountLinkUser(token.digest, at: time.now())) else { return nil }
        return try await system.run(.user(id))
    }

    /// A link that does not work, for whatever reason.
    package static let badLink = Refusal.unauthenticated("this link is not valid, was used, or has expired")
}
