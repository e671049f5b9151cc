import Crypto
package import Domain
import FoundationEssentials

/// Whoever made an archive chose what is in it, digests included. This asks a key which was brought by another way: each
/// manifest with a name of its own must have a cosign signature by it, for this digest and this repository.
package struct LayoutVerification: Sendable {
    private let key: P256.Signing.PublicKey

    /// - Parameter publicPEM: what `drover admin signing-key` prints.
    /// - Throws: `Refusal.invalid` for field `key`.
    package init(publicPEM: String) throws(Refusal) {
        guard let key = try? P256.Signing.PublicKey(pemRepresentation: publicPEM) else {
            throw .invalid("key", "pem", "the PEM text of one P-256 public key")
        }
        self.key = key
    }

    /// - Throws: `RegistryError` with code `unverified`; `manifestInvalid` for an archive that is not whole.
    func check(_ index: LayoutIndex, in layout: LayoutFile) async throws(RegistryError) {
        var isNamed = false
        for entry in index.manifests {
            guard let repository = entry.annotations?[Annotation.repository],
                let tag = try LayoutImport.tag(entry, in: repository)?.description, !tag.hasPrefix("sha256-")
            else { continue }
            isNamed = true
            try await checkName(tag, of: entry, in: layout)
            guard try await isSigned(entry, repository, index, layout) else {
                throw RegistryError(
                    .unverified, "import", reason: "no signature of the key for one of the archive's artifacts")
            }
        }
        guard isNamed else { throw RegistryError(.unverified, "import", reason: "nothing that could be signed") }
    }

    /// A signature says nothing of tags, but what is signed has its version in it: an older one can't pose as a new one.
    private func checkName(_ tag: String, of entry: LayoutIndex.Entry, in layout: LayoutFile)
        async throws(RegistryError)
    {
        let bytes = try await layout.contents(LayoutArchive.path(entry.digest))
        let manifest = EncodedManifest(bytes: bytes, mediaType: entry.mediaType)
        guard manifest.digest == entry.digest else {
            throw RegistryError(.digestMismatch, "import", reason: "a manifest does not hash to its name")
        }
        guard let version = try manifest.decoded().annotations?[Annotation.version],
            tag == version || tag.hasPrefix("\(version)-")
        else {
            throw RegistryError(.unverified, "import", reason: "a tag that is not that of the version in the manifest")
        }
    }

    private func isSigned(
        _ entry: LayoutIndex.Entry, _ repository: String, _ index: LayoutIndex, _ layout: LayoutFile
    ) async throws(RegistryError) -> Bool {
        let name = "\(repository):sha256-\(entry.digest.hex).sig"
        guard let signatures = index.manifests.first(where: { $0.annotations?[Annotation.refName] == name }) else {
            return false
        }
        let bytes = try await layout.contents(LayoutArchive.path(signatures.digest))
        for layer in try EncodedManifest(bytes: bytes, mediaType: signatures.mediaType).decoded().layers
        where layer.mediaType == .simpleSigning {
            let payload = try await layout.contents(LayoutArchive.path(layer.digest))
            if isValid(layer.annotations?[Annotation.cosignSignature], of: payload),
                SimpleSigning.isAbout(entry.digest, in: repository, payload)
            {
                return true
            }
        }
        return false
    }

    private func isValid(_ signature: String?, of payload: [UInt8]) -> Bool {
        guard let der = signature.flatMap({ Data(base64Encoded: $0) }),
            let signature = try? P256.Signing.ECDSASignature(derRepresentation: der)
        else { return false }
        return key.isValidSignature(signature, for: Data(payload))
    }
}

/// cosign's payload, as it is read (cosign, SIGNATURE_SPEC.md).
private struct SimpleSigning: Decodable {
    struct Critical: Decodable {
        struct Identity: Decodable {
            let reference: String
            private enum CodingKeys: String, CodingKey { case reference = "docker-reference" }
        }
        struct Image: Decodable {
            let digest: String
            private enum CodingKeys: String, CodingKey { case digest = "docker-manifest-digest" }
        }
        let identity: Identity
        let image: Image
        let type: String
    }
    let critical: Critical

    /// The registry's host and prefix differ after an import; what comes after them doesn't.
    static func isAbout(_ digest: Domain.Digest, in repository: String, _ payload: [UInt8]) -> Bool {
        guard let critical = try? CanonicalJSON.decode(SimpleSigning.self, from: payload).critical else { return false }
        return critical.type == "cosign container image signature" && critical.image.digest == digest.description
            && critical.identity.reference.hasSuffix("/\(repository)")
    }
}
