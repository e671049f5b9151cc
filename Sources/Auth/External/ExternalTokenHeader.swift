import Domain
import FoundationEssentials
import JWTKit

/// A token's header, read before anything is computed.
struct ExternalTokenHeader: Sendable {
    /// Everything that is asymmetric.
    static let algorithms: Set = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    ]
    /// Providers that list a person's groups make long tokens.
    static let maxTokenBytes = 16 << 10

    let algorithm: String
    let keyID: String?
    /// In lower case, without `application/`.
    let type: String?
    /// `iss`, not verified: says only which keys to try.
    let issuer: String?

    /// - Throws: `ExternalError.refused(.malformed)` for what is no signed token, or has extensions that must be known.
    init(_ token: String) throws(ExternalError) {
        guard token.utf8.count <= Self.maxTokenBytes else { throw .refused(.malformed) }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(String(parts[0])),
            let payload = Base64URL.decode(String(parts[1])), Base64URL.decode(String(parts[2])) != nil,
            let fields = try? JSONDecoder().decodeForeign(JWTHeader.self, from: Data(header)),
            fields.fields["crit"] == nil, let algorithm = fields.alg
        else { throw .refused(.malformed) }
        self.algorithm = algorithm
        keyID = fields.kid
        let type = fields.typ?.lowercased()
        self.type = type.map { $0.hasPrefix("application/") ? String($0.dropFirst("application/".count)) : $0 }
        issuer = (try? JSONDecoder().decodeForeign(Issuer.self, from: Data(payload)))?.iss
    }

    private struct Issuer: Decodable {
        let iss: String
    }
}
