package import Domain
package import FoundationEssentials
package import Persistence

/// Links to other providers. Administrators have to do with everybody's, others with their own; tokens of programs with
/// none.
extension Accounts {
    /// A user's links, by id, one more than `limit`.
    /// - Throws: `Refusal`: forbidden, notFound; `DatabaseError`.
    package func identities(
        of user: UserID, after: UUID?, limit: Int, by principal: Principal
    ) async throws -> [ExternalIdentity] {
        try principal.requireSignIn()
        if principal.userID != user { try principal.requireAdmin() }
        let (found, links) = try await database.system(because: "links to other providers are nobody's own").run(
            .user(user), .externalIdentities(of: user, after: after, limit: limit))
        guard found != nil else { throw Refusal.notFound(.user) }
        return links
    }

    /// Removes a link, and ends all sign-ins of the user; an administrator ends somebody else's tokens as well. The next
    /// sign-in with the same verified e-mail address makes a new link.
    /// - Throws: `Refusal`: forbidden, notFound, `external_account` for the own link of who has no password;
    ///   `DatabaseError`; what `also` throws.
    package func unlink(
        _ link: ExternalIdentityID, of user: UserID, by principal: Principal,
        also: @escaping @Sendable (borrowing WriteTransaction) throws -> Void = { _ in }
    ) async throws {
        try principal.requireSignIn()
        let isOwn = principal.userID == user
        if !isOwn { try principal.requireAdmin() }
        let now = time.now()
        let origin = RequestOrigin.current
        try await database.system(because: "links to other providers are nobody's own").write { tx in
            _ = try tx.run(.lockUsers())
            if !isOwn { try requireAdministrator(principal.userID, tx) }
            guard let removed = try tx.run(.deleteExternalIdentity(link, of: user)) else {
                throw Refusal.notFound(.identity)
            }
            if isOwn, try !tx.run(.hasPassword(user)) { throw Self.onlyWayIn }
            try endSessions(of: user, at: now, tx)
            // Whoever came in by a wrong link may have made some.
            if !isOwn { _ = try tx.run(.revokeAPITokens(of: user, at: now)) }
            let subject = AuditSubject(.user, user, detail: ["issuer": removed.issuer, "subject": removed.subject])
            _ = try tx.run(.insertAuditEvent(.identityUnlink, on: subject, by: principal.auditActor, from: origin))
            try also(tx)
        }
    }

    private static let onlyWayIn = Refusal.conflict(
        .externalAccount, "without a password here this is the only way in; an administrator can remove it")
}
