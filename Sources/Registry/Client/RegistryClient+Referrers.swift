package import Domain
import NIOHTTP1

/// An entry of a list of referrers, as far as it is of use: what others wrote may have any form.
package struct Referrer: Hashable, Sendable {
    /// `nil` for an algorithm that we don't know, or none.
    package let digest: Digest?
    /// As it stands there, cut short.
    let name: String
    let mediaType: MediaType?
    /// In bytes.
    let size: Int64?

    init(_ entry: JSONValue) {
        let text: String? = if case .string(let text)? = entry["digest"] { text } else { nil }
        digest = text.flatMap { Digest($0) }
        name = String((text ?? "").filter { $0.isASCII && !$0.isNewline }.prefix(140))
        mediaType = if case .string(let type)? = entry["mediaType"] { MediaType(type) } else { nil }
        size = if case .integer(let size)? = entry["size"] { size } else { nil }
    }
}

extension RegistryClient {
    /// The longest list of referrers that is read.
    private static var mostReferrers: Int { 2000 }

    /// What has this manifest as its subject: by the API, page by page (distribution-spec 1.1, "Listing Referrers"), or
    /// from the tag that stands for it.
    /// - Throws: `manifestInvalid` for a list that is no image index; `tooLarge`; what requests throw.
    package func referrers(_ repository: RepositoryName, _ digest: Digest) async throws(RegistryError) -> [Referrer] {
        var target: RegistryRequest.Target? = .path("\(repository)/referrers/\(digest)")
        var all: [Referrer] = []
        var pages = 0
        while let page = target {
            var request = RegistryRequest(
                operation: "GET referrers", method: .GET, target: page,
                headers: [("Accept", MediaType.imageIndex.rawValue)], scopes: [.pull(repository)],
                // Once there was a page, the API is there.
                expecting: pages == 0 ? [200, 400, 404, 405] : [200])
            request.collectUpTo = 4 << 20
            let response = try await execute(request)
            guard response.status == 200 else { return try await taggedReferrers(repository, digest) }
            all += try Self.entries(response.bytes)
            pages += 1
            guard all.count <= Self.mostReferrers, pages <= 200 else { throw Self.tooMany }
            target = try response.nextPage("GET referrers")
        }
        return all
    }

    /// The digests of what has this manifest as its subject; none of a list that can't be read.
    package func referrerDigests(_ repository: RepositoryName, _ digest: Digest) async throws(RegistryError) -> [Digest]
    {
        do throws(RegistryError) {
            return try await referrers(repository, digest).compactMap(\.digest)
        } catch {
            guard error.code == .manifestInvalid else { throw error }
            return []
        }
    }

    private func taggedReferrers(
        _ repository: RepositoryName, _ digest: Digest
    ) async throws(RegistryError) -> [Referrer] {
        guard let index = try await getManifest(repository, .tag(Tag(referrersOf: digest))) else { return [] }
        let all = try Self.entries(index.bytes)
        guard all.count <= Self.mostReferrers else { throw Self.tooMany }
        return all
    }

    private static var tooMany: RegistryError {
        RegistryError(.tooLarge, "GET referrers", reason: "more referrers than are read")
    }

    private static func entries(_ index: [UInt8]) throws(RegistryError) -> [Referrer] {
        guard case .object(let members) = try CanonicalJSON.decode(JSONValue.self, from: index),
            case .array(let manifests) = members["manifests"] ?? .array([])
        else { throw RegistryError(.manifestInvalid, "GET referrers", reason: "a list that is no image index") }
        return manifests.map(Referrer.init)
    }
}
