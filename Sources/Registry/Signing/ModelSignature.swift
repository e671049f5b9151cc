import Domain
import FoundationEssentials

/// What an OpenSSF model signature (model-signing, "Model signature predicate v1.0") says: the files of a directory with
/// their digests. Whoever pulled an artifact's files checks them with it, without the registry and its manifests.
struct ModelSignaturePredicate: Encodable {
    static let type = "https://model_signing/signature/v1.0"

    /// How a verifier lists the files.
    struct Serialization: Encodable {
        let method = "files"
        let hash_type = "sha256"
        let allow_symlinks = false
        /// Where people put the signature itself.
        let ignore_paths = ["model.sig"]
    }
    struct Resource: Encodable {
        let name: String
        let algorithm = "sha256"
        /// Hex.
        let digest: String
    }
    let serialization = Serialization()
    let resources: [Resource]

    /// The files by path; the order counts.
    init(_ files: [SignedFile]) {
        resources = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
            .map { Resource(name: $0.path, digest: $0.digest.hex) }
    }

    /// The digest of the directory: of the files' digests, one after the other.
    var root: Digest { Digest(hashing: resources.flatMap { Hex.decode($0.digest) ?? [] }) }

    /// The hint by which verifiers tell keys: hex SHA-256 of the PEM text with its last line feed.
    static func hint(publicDER: [UInt8]) -> String {
        let base64 = Array(Data(publicDER).base64EncodedString().utf8)
        let lines = stride(from: 0, to: base64.count, by: 64).map { start in
            String(decoding: base64[start..<min(start + 64, base64.count)], as: UTF8.self) + "\n"
        }
        let pem = "-----BEGIN PUBLIC KEY-----\n\(lines.joined())-----END PUBLIC KEY-----\n"
        return Digest(hashing: Array(pem.utf8)).hex
    }
}

/// A file of an artifact, as it lies in the directory that the artifact was pulled to.
package struct SignedFile: Hashable, Sendable {
    let path: String
    let digest: Digest
}
