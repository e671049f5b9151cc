package import Domain
import FoundationEssentials
import Persistence

extension Accounts {
    /// The user that a person at another provider is: the one that was linked to the issuer's subject before, or, the
    /// first time, the one with the verified e-mail address, or a new one. Brings the administrator's flag in line with
    /// the group, all in one transaction with the audit.
    /// - Throws: `ExternalError.refused`: `email`, `emailUnverified`, `otherIdentity`, `inactive`;
    ///   `Refusal.conflict(.userLimit)`; `DatabaseError`.
    func signIn(_ profile: ExternalProfile, issuer: String) async throws -> Account {
        let newID: UserID = random.id()
        let now = time.now()
        let origin = RequestOrigin.current
        return try await database.system(because: "another provider says who it is").write { tx in
            _ = try tx.run(.lockUsers())
            let id =
                try tx.run(.externalUser(issuer: issuer, subject: profile.subject))
                ?? firstSignIn(profile, issuer: issuer, newID: newID, at: now, from: origin, tx)
            guard let user = try tx.run(.user(id)), user.active else { throw ExternalError.refused(.inactive) }
            _ = try tx.run(.touchExternalIdentity(issuer: issuer, subject: profile.subject, at: now))
            try followGroup(profile, user, at: now, from: origin, tx)
            guard let user = try tx.run(.user(id)) else { throw ExternalError.refused(.inactive) }
            return Account(user)
        }
    }

    /// Uses an attempt up, whatever comes of it.
    /// - Throws: `ExternalError.refused(.replayed)` for one that was used before; `DatabaseError`.
    func useAttempt(_ attempt: ExternalAttempt) async throws {
        let used = try await database.system(because: "somebody comes back from another provider")
            .run(.useExternalAttempt(attempt.digest, expiresAt: attempt.expiresAt))
        guard used == 1 else { throw ExternalError.refused(.replayed) }
    }

    /// Notes in the audit that somebody came back from another provider and was not let in.
    /// - Parameter subject: who it is there, once the provider has said so.
    func noteRefusal(_ code: String, issuer: String, subject: String?) async throws {
        let system = database.system(because: "another provider says who it is")
        var user: UserID?
        if let subject { user = try await system.run(.externalUser(issuer: issuer, subject: subject)) }
        _ = try await system.run(
            .noteRefusal(
                .signInRefuse, on: user.map { AuditSubject(.user, $0) }, by: .anonymous, from: RequestOrigin.current,
                code: "\(code)"))
    }

    /// Whether a user may have a password.
    /// - Throws: `Refusal.conflict(.externalAccount)` for one who was made by a sign-in at another provider;
    ///   `DatabaseError`.
    package func requirePasswordUser(_ user: UserID) async throws {
        let isProvisioned = try await database.system(because: "links to other providers are nobody's own")
            .run(.isProvisioned(user))
        if isProvisioned { throw Self.externalAccount }
    }

    /// As `requirePasswordUser`: a password here would outlive the account there.
    func requireNotProvisioned(_ user: UserID, _ tx: borrowing WriteTransaction) throws {
        if try tx.run(.isProvisioned(user)) { throw Self.externalAccount }
    }

    private static let externalAccount = Refusal.conflict(
        .externalAccount, "this user signs in through another provider and has no password here")

    private func firstSignIn(
        _ profile: ExternalProfile, issuer: String, newID: UserID, at now: Date, from origin: RequestOrigin?,
        _ tx: borrowing WriteTransaction
    ) throws -> UserID {
        guard let email = profile.email else { throw ExternalError.refused(profile.noEmail ?? .email) }
        let existing = try tx.run(.user(email: email))
        if let existing, !existing.active { throw ExternalError.refused(.inactive) }
        if existing == nil { try provision(profile, email, newID, at: now, tx) }
        let id = existing?.id ?? newID
        _ = try tx.run(.lockUser(id))
        let linked = try tx.run(
            .insertExternalIdentity(
                issuer: issuer, subject: profile.subject, user: id, provisioned: existing == nil, at: now))
        // The address was somebody else's at the provider when the account was linked.
        guard linked == 1 else { throw ExternalError.refused(.otherIdentity) }
        // An invitation that nobody took up must not give a password to whoever finds it.
        _ = try tx.run(.revokeAccountLinks(of: id, at: now))
        _ = try tx.run(
            .insertAuditEvent(
                existing == nil ? .userProvision : .identityLink, on: AuditSubject(.user, id),
                by: .user(id, session: nil), from: origin))
        return id
    }

    private func provision(
        _ profile: ExternalProfile, _ email: Email, _ id: UserID, at now: Date, _ tx: borrowing WriteTransaction
    ) throws {
        try requireRoom(tx)
        _ = try tx.run(
            .insertUser(
                id, email: email, name: profile.name ?? email.rawValue, passwordHash: nil, isAdmin: false, at: now))
        _ = try tx.run(.createWorkspace(name: .defaultWorkspace(of: email), for: id, at: now))
    }

    /// The last active administrator stays one, whatever the group says.
    private func followGroup(
        _ profile: ExternalProfile, _ user: User, at now: Date, from origin: RequestOrigin?,
        _ tx: borrowing WriteTransaction
    ) throws {
        guard let isAdmin = profile.isAdmin, isAdmin != user.isAdmin else { return }
        if !isAdmin, try tx.run(.countOtherAdministrators(user.id)) == 0 { return }
        _ = try tx.run(
            .updateUser(user.id, name: nil, active: nil, isAdmin: isAdmin, ifRevision: nil, at: now))
        _ = try tx.run(
            .insertAuditEvent(
                isAdmin ? .adminGrant : .adminRevoke, on: AuditSubject(.user, user.id), by: .system, from: origin))
    }
}
