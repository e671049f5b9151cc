package import FoundationEssentials

/// What an authorization code is bound to (RFC 6749, section 4.1.3; RFC 7636).
package struct AuthorizationCodeRecord: Sendable {
    /// The browser session in which it was given.
    package let signInID: UUID
    package let clientID: String
    package let redirectURI: String
    /// base64url of the verifier's SHA-256.
    package let challenge: String
    package let nonce: String?
    package let scope: String
    package let createdAt: Date
    package let expiresAt: Date
    package let consumedAt: Date?
    /// What it was exchanged for.
    package let issuedSignInID: UUID?

    package init(
        signInID: UUID, clientID: String, redirectURI: String, challenge: String, nonce: String?, scope: String,
        createdAt: Date, expiresAt: Date
    ) {
        self.signInID = signInID
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.nonce = nonce
        self.scope = scope
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.consumedAt = nil
        self.issuedSignInID = nil
    }

    init(row: inout RowReader) throws(DatabaseError) {
        signInID = try row.next()
        clientID = try row.next()
        redirectURI = try row.next()
        challenge = try row.next()
        nonce = try row.next()
        scope = try row.next()
        createdAt = try row.next()
        expiresAt = try row.next()
        consumedAt = try row.next()
        issuedSignInID = try row.next()
    }
}

extension Query {
    package static func insertAuthorizationCode(_ code: AuthorizationCodeRecord, sha256: [UInt8]) -> Query<Int>
    where Result == Int {
        .execute(
            "authorization_code.insert",
            """
            insert into authorization_codes (code_sha256, sign_in_id, client_id, redirect_uri, challenge, nonce, scope,
                created_at, expires_at)
            values (\(sha256), \(code.signInID), \(code.clientID), \(code.redirectURI), \(code.challenge),
                \(code.nonce), \(code.scope), \(code.createdAt), \(code.expiresAt))
            """)
    }

    /// A code with what it is bound to, locked to the end of the transaction.
    package static func lockAuthorizationCode(sha256: [UInt8]) -> Query<AuthorizationCodeRecord?>
    where Result == AuthorizationCodeRecord? {
        .first(
            "authorization_code.lock",
            """
            select sign_in_id, client_id, redirect_uri, challenge, nonce, scope, created_at, expires_at, consumed_at,
                issued_sign_in_id
            from authorization_codes where code_sha256 = \(sha256) for update
            """, AuthorizationCodeRecord.init(row:))
    }

    /// Uses a code up and keeps what it was exchanged for, if anything.
    package static func consumeAuthorizationCode(sha256: [UInt8], for signIn: UUID?, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "authorization_code.consume",
            """
            update authorization_codes set consumed_at = \(at), issued_sign_in_id = \(signIn)
            where code_sha256 = \(sha256) and consumed_at is null
            """)
    }

    /// Forgets up to `limit` codes that expired before `before`; until then a used one still betrays its second use.
    package static func purgeAuthorizationCodes(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "authorization_code.purge",
            """
            delete from authorization_codes where code_sha256 in (
                select code_sha256 from authorization_codes where expires_at < \(before) limit \(Int64(limit)))
            """)
    }
}
