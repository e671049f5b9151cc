package import Domain
package import FoundationEssentials

/// What the one statement that decides about a join token gives back.
package struct JoinTokenClaim: Sendable {
    package let edgeID: EdgeID
    package let serial: [UInt8]
    /// When the token was used first, now or by an earlier, equal request.
    package let consumedAt: Date
    /// The certificate of an earlier, equal request, to be given again.
    package let svidDER: [UInt8]?

    init(row: inout RowReader) throws(DatabaseError) {
        edgeID = try row.next()
        serial = try row.next()
        consumedAt = try row.next()
        svidDER = try row.next()
    }
}

extension Query {
    /// Violates `join_tokens_live_uq` when the edge has a live token.
    package static func insertJoinToken(
        sha256: [UInt8], edge: EdgeID, in workspace: WorkspaceID, by user: UserID, at: Date, expiresAt: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "join_token.insert",
            """
            insert into join_tokens (token_sha256, workspace_id, edge_id, created_by, created_at, expires_at)
            values (\(sha256), \(workspace), \(edge), \(user), \(at), \(expiresAt))
            """)
    }

    package static func revokeJoinTokens(of edge: EdgeID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "join_token.revoke",
            "update join_tokens set revoked_at = \(at) where edge_id = \(edge) and revoked_at is null")
    }

    /// Uses a token up for one key, with every condition in the one statement: of any number of racing nodes one wins.
    /// The same key may ask again until the certificate was used, or `replaySince`, so that a lost answer costs nothing.
    package static func claimJoinToken(sha256: [UInt8], spki: [UInt8], serial: [UInt8], at: Date, replaySince: Date)
        -> Query<JoinTokenClaim?> where Result == JoinTokenClaim?
    {
        .first(
            "join_token.claim",
            """
            update join_tokens t
            set consumed_at = coalesce(t.consumed_at, \(at)), consumed_spki = \(spki), serial = coalesce(t.serial, \(serial))
            from edges e
            where t.token_sha256 = \(sha256) and e.id = t.edge_id and e.removed_at is null
              and t.revoked_at is null and t.expires_at > \(at)
              and (t.consumed_at is null
                   or (t.consumed_spki = \(spki) and t.confirmed_at is null and t.consumed_at > \(replaySince)))
            returning t.edge_id, t.serial, t.consumed_at, t.svid_der
            """, JoinTokenClaim.init(row:))
    }

    package static func keepSVID(sha256: [UInt8], svidDER: [UInt8]) -> Query<Int> where Result == Int {
        .execute("join_token.keep_svid", "update join_tokens set svid_der = \(svidDER) where token_sha256 = \(sha256)")
    }

    /// The certificate was used: its token's replay window is over.
    package static func confirmJoinToken(edge: EdgeID, serial: [UInt8], at: Date) -> Query<Int> where Result == Int {
        .execute(
            "join_token.confirm",
            """
            update join_tokens set confirmed_at = \(at)
            where edge_id = \(edge) and serial = \(serial) and confirmed_at is null
            """)
    }
}
