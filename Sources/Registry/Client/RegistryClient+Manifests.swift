package import Domain
import NIOHTTP1

extension RegistryClient {
    /// In bytes: the size that clients may rely on (distribution-spec 1.1, "Pushing manifests").
    static var largestManifest: Int { 4 << 20 }

    /// Stores a manifest under a tag or its digest.
    /// - Throws: `manifestInvalid` when a blob is missing, `headerMismatch` when the registry names another digest.
    package func putManifest(
        _ repository: RepositoryName, _ reference: Reference, _ manifest: EncodedManifest
    ) async throws(RegistryError) {
        _ = try await store(repository, reference, manifest)
    }

    /// Puts a tag where it was read before.
    /// - Parameter etag: what stood there then had it; a registry that honours `If-Match` refuses the put when somebody
    ///   else was faster.
    /// - Returns: whether it was put.
    /// - Throws: as `putManifest`.
    func putTag(
        _ repository: RepositoryName, _ tag: Tag, _ manifest: EncodedManifest, ifMatch etag: String?
    ) async throws(RegistryError) -> Bool {
        let condition = etag.map { [("If-Match", $0)] } ?? []
        return try await store(repository, .tag(tag), manifest, headers: condition, expecting: [201, 412]).status == 201
    }

    /// Stores a manifest that has a subject, under its digest.
    /// - Returns: whether the registry lists it as a referrer. If not, the client has to (distribution-spec 1.1,
    ///   "Pushing Manifests with Subject").
    /// - Throws: as `putManifest`.
    package func putReferrer(
        _ repository: RepositoryName, _ manifest: EncodedManifest
    ) async throws(RegistryError) -> Bool {
        let response = try await store(repository, .digest(manifest.digest), manifest)
        return response.headers.first(name: "OCI-Subject") != nil
    }

    private func store(
        _ repository: RepositoryName, _ reference: Reference, _ manifest: EncodedManifest,
        headers: [(String, String)] = [], expecting: Set<Int> = [201]
    ) async throws(RegistryError) -> RegistryResponse {
        if case .digest(let digest) = reference, digest != manifest.digest {
            throw RegistryError(.digestMismatch, "PUT manifest", reason: "the manifest does not hash to the reference")
        }
        var request = RegistryRequest(
            operation: "PUT manifest", method: .PUT, target: .path("\(repository)/manifests/\(reference)"),
            headers: [("Content-Type", manifest.mediaType.rawValue)] + headers, body: .bytes(manifest.bytes),
            scopes: [.push(repository)], expecting: expecting)
        request.naming = .only(manifest.digest)
        return try await execute(request)
    }

    /// The digest behind a tag, or `nil` when the tag or the repository does not exist.
    package func manifestDigest(_ repository: RepositoryName, _ tag: Tag) async throws(RegistryError) -> Digest? {
        let response = try await execute(
            manifestRequest("HEAD manifest", .HEAD, repository, .tag(tag), expecting: [200, 404]))
        guard response.status == 200 else { return nil }
        if let digest = response.contentDigest.flatMap({ Digest($0) }) { return digest }
        // A registry that does not tell (distribution-spec allows it): read the bytes and hash them.
        return try await getManifest(repository, .tag(tag))?.digest
    }

    /// Whether the repository has a manifest with this digest.
    func hasManifest(_ repository: RepositoryName, _ digest: Digest) async throws(RegistryError) -> Bool {
        try await execute(
            manifestRequest("HEAD manifest", .HEAD, repository, .digest(digest), expecting: [200, 404])
        ).status == 200
    }

    /// The manifest's bytes, or `nil` when it does not exist. One asked for by digest is checked against it.
    package func getManifest(
        _ repository: RepositoryName, _ reference: Reference
    ) async throws(RegistryError) -> EncodedManifest? {
        try await readManifest(repository, reference)?.manifest
    }

    /// What a tag stands for, past caches that care, with the `ETag` of the answer.
    func getTagged(
        _ repository: RepositoryName, _ tag: Tag
    ) async throws(RegistryError) -> (manifest: EncodedManifest, etag: String?)? {
        try await readManifest(repository, .tag(tag), headers: [("Cache-Control", "no-cache")])
    }

    private func readManifest(
        _ repository: RepositoryName, _ reference: Reference, headers: [(String, String)] = []
    ) async throws(RegistryError) -> (manifest: EncodedManifest, etag: String?)? {
        var request = manifestRequest("GET manifest", .GET, repository, reference, expecting: [200, 404])
        request.headers += headers
        request.collectUpTo = Self.largestManifest
        // One that was asked for by digest is compared with that, and other bytes won't get better.
        if case .tag = reference { request.naming = .body }
        let response = try await execute(request)
        guard response.status == 200 else { return nil }
        let type = response.headers.first(name: "Content-Type").map { MediaType(contentType: $0) } ?? .imageManifest
        let manifest = EncodedManifest(bytes: response.bytes, mediaType: type)
        if case .digest(let digest) = reference, digest != manifest.digest {
            throw RegistryError(.digestMismatch, "GET manifest", reason: "the registry sent other bytes")
        }
        return (manifest, response.headers.first(name: "ETag"))
    }

    private func manifestRequest(
        _ operation: String, _ method: RegistryRequest.Method, _ repository: RepositoryName, _ reference: Reference,
        expecting: Set<Int>
    ) -> RegistryRequest {
        RegistryRequest(
            operation: operation, method: method, target: .path("\(repository)/manifests/\(reference)"),
            headers: MediaType.anyManifest.map { ("Accept", $0.rawValue) }, scopes: [.pull(repository)],
            expecting: expecting)
    }
}
