import FoundationEssentials
import JWTKit

/// A provider's public keys (RFC 7517), each with the algorithms that it may be used with: the key decides, not the
/// token (RFC 8725, section 3.1). Symmetric keys and `none` are not among them.
struct ExternalKeys: Sendable {
    /// More keys than anybody has.
    private static let maxKeys = 100

    private struct Key: Sendable {
        let id: String?
        /// One collection an algorithm with this key alone, so that JWTKit has none to fall back to.
        let verifiers: [String: JWTKeyCollection]
    }

    private let keys: [Key]

    /// Reads a key set; entries that are no public signing keys of a known kind are left out.
    /// - Throws: `ExternalError.unavailable` for what is no key set.
    init(_ answer: ProviderAnswer) async throws(ExternalError) {
        let set = try answer.decode(KeySet.self, from: "key set")
        var keys: [Key] = []
        for case let entry? in set.keys.prefix(Self.maxKeys).map(\.entry) where entry.mayVerify {
            let verifiers = await entry.verifiers()
            if !verifiers.isEmpty { keys.append(Key(id: entry.kid, verifiers: verifiers)) }
        }
        self.keys = keys
    }

    /// The claims of a token whose signature is right.
    /// - Throws: `ExternalError.refused`: `algorithm`, `key` when no key of the set has the token's id, `signature`.
    func verify(_ token: String, _ header: ExternalTokenHeader) async throws(ExternalError) -> ExternalClaims {
        guard ExternalTokenHeader.algorithms.contains(header.algorithm) else { throw .refused(.algorithm) }
        // Without an id there must be no choice (OpenID Connect Core 1.0, section 10.1).
        let named = header.keyID == nil ? (keys.count == 1 ? keys : []) : keys.filter { $0.id == header.keyID }
        guard !named.isEmpty else { throw .refused(.key) }
        guard let verifier = named.lazy.compactMap({ $0.verifiers[header.algorithm] }).first else {
            throw .refused(.algorithm)
        }
        do {
            return try await verifier.verify(token, as: ExternalClaims.self)
        } catch {
            throw .refused(.signature)
        }
    }
}

private struct KeySet: Decodable {
    let keys: [Lenient]

    /// An entry that can't be read is no reason to lose the others.
    struct Lenient: Decodable {
        let entry: KeyEntry?
        init(from decoder: any Decoder) throws { entry = try? KeyEntry(from: decoder) }
    }
}

private struct KeyEntry: Decodable {
    let kty: String
    let kid: String?
    let use: String?
    let alg: String?
    let crv: String?
    let n: String?
    let e: String?
    let x: String?
    let y: String?

    var mayVerify: Bool { use == nil || use == "sig" }

    /// By algorithm; those that the key does not name are left out when it names one.
    func verifiers() async -> [String: JWTKeyCollection] {
        var found: [String: JWTKeyCollection] = [:]
        switch kty {
        case "RSA":
            // Longer ones only cost time. JWTKit refuses those of less than 2048 bits.
            guard let n, let e, n.utf8.count <= 1400, e.utf8.count <= 8,
                let key = try? Insecure.RSA.PublicKey(modulus: n, exponent: e)
            else { return [:] }
            for (bits, digest) in [("256", DigestAlgorithm.sha256), ("384", .sha384), ("512", .sha512)] {
                if allows("RS\(bits)") {
                    found["RS\(bits)"] = await JWTKeyCollection().add(rsa: key, digestAlgorithm: digest)
                }
                if allows("PS\(bits)") {
                    found["PS\(bits)"] = await JWTKeyCollection().add(pss: key, digestAlgorithm: digest)
                }
            }
        case "EC":
            if let (algorithm, key) = curveKey, allows(algorithm) {
                found[algorithm] = await JWTKeyCollection().add(ecdsa: key)
            }
        default: break
        }
        return found
    }

    private func allows(_ algorithm: String) -> Bool { alg == nil || alg == algorithm }

    private var curveKey: (String, any ECDSAKey)? {
        guard let x, let y else { return nil }
        switch crv {
        case "P-256": return (try? ES256PublicKey(parameters: (x, y))).map { ("ES256", $0) }
        case "P-384": return (try? ES384PublicKey(parameters: (x, y))).map { ("ES384", $0) }
        case "P-521": return (try? ES512PublicKey(parameters: (x, y))).map { ("ES512", $0) }
        default: return nil
        }
    }
}
