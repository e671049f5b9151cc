package import Domain

/// A random bearer secret: `drr_`, 43 url-safe characters of 32 random bytes, 6 characters of checksum
/// (house-style.md, section 5.5). Recognisable by secret scanners, refused without a lookup when mistyped, and stored
/// only as its SHA-256, which is enough for 256 random bits.
package struct OpaqueToken: Sendable, CustomStringConvertible {
    /// What the token is for; a token of one kind is never taken for another.
    package enum Kind: String, Sendable, CaseIterable {
        /// A refresh token of the token endpoint.
        case refresh = "drr"
        /// An offline token: a refresh token that may be used again and again (sdk-wire.md, section 1.4, `orch`).
        case offline = "dro"
        /// The device code of a device authorization (RFC 8628).
        case device = "drd"
        /// An authorization code (RFC 6749, section 4.1).
        case code = "drc"
        /// The cookie of a browser session.
        case session = "drs"
        /// The cookie of a browser that has not signed in yet; it ties the sign-in form to the browser.
        case visit = "drv"
        /// A link with which somebody sets a password.
        case accountLink = "drl"
        /// A token that a program sends instead of signing in.
        case apiToken = "drp"
    }

    package let kind: Kind
    /// The token as its holder sends it. Shown once, when it is made.
    package let text: Secret<String>

    /// A new token.
    package init(_ kind: Kind, random: some RandomSource) {
        let body = "\(kind.rawValue)_\(Base64URL.encode(random.bytes(32)))"
        self.kind = kind
        self.text = Secret(body + Self.checksum(of: body))
    }

    /// Reads a token of the given kind; a foreign kind, a wrong length, a wrong character or a wrong checksum is `nil`.
    package init?(_ text: String, kind: Kind) {
        let prefix = "\(kind.rawValue)_"
        guard text.utf8.count == prefix.utf8.count + 43 + 6, text.hasPrefix(prefix) else { return nil }
        let body = String(text.dropLast(6))
        guard Base64URL.decode(String(body.dropFirst(prefix.count)))?.count == 32,
            text == body + Self.checksum(of: body)
        else { return nil }
        self.kind = kind
        self.text = Secret(text)
    }

    /// What the database keeps and is searched by.
    package var digest: Digest { Digest(hashing: Array(text.reveal().utf8)) }

    /// What a form must carry to be taken from the browser that holds this cookie: it follows from the cookie and does
    /// not give it away.
    package var formToken: String {
        Base64URL.encode(Digest(hashing: Array("drover form 1\n\(text.reveal())".utf8)).bytes)
    }

    /// The kind and 4 characters of 43, by which people tell their tokens apart.
    package var hint: String { String(text.reveal().prefix(kind.rawValue.count + 5)) }

    /// The kind alone.
    package var description: String { "\(kind.rawValue)_<secret>" }

    private static func checksum(of body: String) -> String {
        let crc = CRC32.checksum(body.utf8)
        return Base64URL.encode((0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) })
    }
}
