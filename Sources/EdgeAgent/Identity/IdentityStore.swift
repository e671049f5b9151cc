import Crypto
package import Domain
import FoundationEssentials

/// The files of an identity in the persist directory (EDGE-17): `identity/identity.json` and one `key-*.pem` for each
/// join token that is in use. All are for the owner only and replaced atomically.
package struct IdentityStore: Sendable {
    private let directory: String

    /// - Parameter persistDirectory: the agent's directory; it must exist.
    package init(persistDirectory: String) {
        directory = persistDirectory + "/identity"
    }

    /// The identity and its key; `nil` before the first join.
    /// - Throws: `EdgeAgentError` with code `storage` when a file is damaged or the key is missing.
    package func load() throws(EdgeAgentError) -> StoredIdentity? {
        guard let bytes = try Files.contents(directory + "/identity.json") else { return nil }
        guard let identity = try? JSONDecoder().decode(EdgeIdentity.self, from: Data(bytes)) else {
            throw EdgeAgentError(.storage, "\(directory)/identity.json is damaged")
        }
        guard let key = try storedKey(identity.joinFingerprint) else {
            throw EdgeAgentError(.storage, "the private key of the identity in \(directory) is missing")
        }
        return StoredIdentity(identity: identity, privateKey: Secret(key.pemRepresentation))
    }

    /// The key for a token: the one that was made for it before, or a new one, which is on the disk when this returns.
    package func joinKey(for token: Secret<String>) throws(EdgeAgentError) -> JoinKey {
        let fingerprint = JoinKey.fingerprint(of: token)
        if let key = try storedKey(fingerprint) { return JoinKey(fingerprint: fingerprint, key: key) }
        try Files.makeDirectory(directory)
        try Files.syncDirectory(of: directory)
        let key = P256.Signing.PrivateKey()
        try Files.replace(keyPath(fingerprint), with: Array((key.pemRepresentation + "\n").utf8), permissions: 0o600)
        return JoinKey(fingerprint: fingerprint, key: key)
    }

    /// Makes this the node's identity, and forgets the keys of others. The key must have come from `joinKey`.
    package func save(_ identity: EdgeIdentity) throws(EdgeAgentError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let bytes = try? encoder.encode(identity) else {
            throw EdgeAgentError(.storage, "cannot encode the identity")
        }
        try Files.replace(directory + "/identity.json", with: Array(bytes), permissions: 0o600)
        for name in try Files.names(in: directory)
        where name.hasPrefix("key-") && directory + "/" + name != keyPath(identity.joinFingerprint) {
            try Files.remove(directory + "/" + name)
        }
    }

    private func storedKey(_ fingerprint: String) throws(EdgeAgentError) -> P256.Signing.PrivateKey? {
        guard let bytes = try Files.contents(keyPath(fingerprint)) else { return nil }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: bytes, as: UTF8.self)) else {
            throw EdgeAgentError(.storage, "\(keyPath(fingerprint)) is not a P-256 private key")
        }
        return key
    }

    private func keyPath(_ fingerprint: String) -> String { directory + "/key-\(fingerprint).pem" }
}
