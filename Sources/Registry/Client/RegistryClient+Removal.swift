package import Domain
import FoundationEssentials
import NIOHTTP1

extension RegistryClient {
    /// How long one removal may take. Shorter than the leases of those who remove: what comes too late might meet what
    /// somebody else has put there since.
    private static let removalLimit = Duration.seconds(5)

    /// All tags of a repository, page by page (distribution-spec 1.1, end-8); none for one that does not exist.
    package func tags(of repository: RepositoryName) async throws(RegistryError) -> [Tag] {
        try await names("GET tags", "\(repository)/tags/list", scopes: [.pull(repository)]) { $0.tags ?? [] }
            .compactMap { Tag($0) }
    }

    /// The names of all repositories, where the registry tells them (docker-registry's catalog, which is no part of the
    /// distribution specification).
    /// - Throws: `unsupported`, `unauthorized`, `denied` or `notFound` where it does not.
    package func catalog() async throws(RegistryError) -> [RepositoryName] {
        try await names("GET catalog", "_catalog", scopes: []) { $0.repositories ?? [] }
            .compactMap { RepositoryName($0) }
    }

    /// Removes a manifest with all its tags. One that is not there counts as removed. One try, which ends soon.
    /// - Parameter tag: what the manifest is called; some registries remove a name, and nothing by digest.
    /// - Throws: `unsupported` when the registry removes neither.
    package func remove(
        _ repository: RepositoryName, _ digest: Digest, tagged tag: Tag? = nil
    ) async throws(RegistryError) {
        do throws(RegistryError) {
            return try await remove(repository, .digest(digest))
        } catch {
            guard error.code == .unsupported, tag != nil else { throw error }
        }
        guard let tag else { return }
        do throws(RegistryError) {
            try await remove(repository, .tag(tag))
        } catch {
            // docker-registry takes a tag for a digest that is wrong.
            guard error.code == .digestMismatch || error.status == 400 else { throw error }
            throw RegistryError(
                .unsupported, error.operation, reason: "the registry removes nothing", status: error.status)
        }
    }

    private func remove(_ repository: RepositoryName, _ reference: Reference) async throws(RegistryError) {
        var request = RegistryRequest(
            operation: "DELETE manifest", method: .DELETE, target: .path("\(repository)/manifests/\(reference)"),
            scopes: [.delete(repository)], expecting: [200, 202, 204, 404])
        request.retryable = false
        request.limit = Self.removalLimit
        _ = try await execute(request)
    }

    private struct Names: Decodable {
        let tags: [String]?
        let repositories: [String]?
    }

    private func names(
        _ operation: String, _ path: String, scopes: [Scope], _ part: (Names) -> [String]
    ) async throws(RegistryError) -> [String] {
        var found: [String] = []
        var request = RegistryRequest(
            operation: operation, method: .GET, target: .path("\(path)?n=1000"), scopes: scopes, expecting: [200, 404])
        request.collectUpTo = 16 << 20
        // A registry whose pages lead in a circle must not keep anybody for ever.
        for _ in 0..<10_000 {
            let response = try await execute(request)
            guard response.status == 200 else { return found }
            found += part(try CanonicalJSON.decode(Names.self, from: response.bytes))
            guard let next = try response.nextPage(operation) else { return found }
            request.target = next
        }
        throw RegistryError(.protocolViolation, operation, reason: "more pages than anybody has")
    }
}
