import Crypto
import Domain
import FoundationEssentials

/// The public signing keys as served at `OIDCEndpoints.certsPath` (RFC 7517).
package struct JSONWebKeySet: Codable, Hashable, Sendable {
    package let keys: [JSONWebKey]

    /// Newest key first.
    package init(_ keys: [SigningKey]) {
        self.keys = keys.sorted { $0.createdAt > $1.createdAt }.map(\.publicKey)
    }
}

/// A P-256 public key for ES256 (RFC 7517; RFC 7518, section 6.2). Coordinates are base64url without padding.
package struct JSONWebKey: Codable, Hashable, Sendable {
    package let kty: String
    package let crv: String
    package let x: String
    package let y: String
    package let use: String
    package let alg: String
    package let kid: String

    init(_ key: P256.Signing.PublicKey) {
        let point = key.rawRepresentation
        kty = "EC"
        crv = "P-256"
        x = Base64URL.encode(point.prefix(32))
        y = Base64URL.encode(point.suffix(32))
        use = "sig"
        alg = "ES256"
        kid = Self.thumbprint(crv: crv, kty: kty, x: x, y: y)
    }

    /// RFC 7638, section 3: the required members alone, in lexical order, without white space.
    static func thumbprint(crv: String, kty: String, x: String, y: String) -> String {
        let json = #"{"crv":"\#(crv)","kty":"\#(kty)","x":"\#(x)","y":"\#(y)"}"#
        return Base64URL.encode(SHA256.hash(data: Array(json.utf8)))
    }
}
