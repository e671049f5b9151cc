package import Domain

/// What may go from one repository: the tags that begin with a version's name, and manifests of it that are known by
/// digest. What anything live names stays.
package struct Removal: Sendable {
    package let repository: RepositoryName
    /// A version's UUID, with what stands before it in tags.
    package let prefix: String
    package var digests: Set<Digest> = []
    package var keptTags: Set<Tag> = []
    package var keptDigests: Set<Digest> = []

    package init(_ repository: RepositoryName, prefix: String) {
        self.repository = repository
        self.prefix = prefix
    }

    /// Whether a tag is of the version, and none that stays.
    package func mayGo(_ tag: Tag) -> Bool { tag.description.hasPrefix(prefix) && !keptTags.contains(tag) }
}

extension Publisher {
    /// Called before each change, with what it throws as the end.
    package typealias Fence = @Sendable () async throws -> Void

    /// Takes manifests out of the registry, each after what is attached to it, so that one that is cut off finds the rest
    /// the next time. The registry's own collection then frees the blobs.
    /// - Throws: `RegistryError`, with code `unsupported` when the registry kept something; what `fence` throws.
    package func remove(_ removal: Removal, fence: Fence) async throws {
        var doomed: [Digest: Tag?] = [:]
        for digest in removal.digests.subtracting(removal.keptDigests) { doomed[digest] = .some(nil) }
        for tag in try await client.tags(of: removal.repository) where removal.mayGo(tag) {
            guard let digest = try await client.manifestDigest(removal.repository, tag),
                !removal.keptDigests.contains(digest)
            else { continue }
            doomed[digest] = .some(tag)
        }
        guard !doomed.isEmpty else { return }
        for kept in removal.keptDigests {
            try await unlist(Set(doomed.keys), from: kept, in: removal.repository, fence)
        }
        var run = RemovalRun(removal: removal)
        for (digest, tag) in doomed.sorted(by: { $0.key.hex < $1.key.hex }) {
            try await remove(digest, tag, &run, fence)
        }
        if let refusal = run.refusal { throw refusal }
    }

    private func remove(_ digest: Digest, _ tag: Tag?, _ run: inout RemovalRun, _ fence: Fence) async throws {
        guard run.takes(digest) else { return }
        let repository = run.removal.repository
        for referrer in try await client.referrerDigests(repository, digest) {
            try await remove(referrer, nil, &run, fence)
        }
        for attached in [Tag(signaturesOf: digest), Tag(referrersOf: digest)] {
            guard let found = try await client.manifestDigest(repository, attached) else { continue }
            if run.takes(found) { try await run.remove(found, attached, client, fence) }
        }
        try await run.remove(digest, tag, client, fence)
    }

    /// Takes referrers out of the index of a manifest that stays.
    private func unlist(
        _ gone: Set<Digest>, from subject: Digest, in repository: RepositoryName, _ fence: Fence
    ) async throws {
        let tag = Tag(referrersOf: subject)
        guard try await client.manifestDigest(repository, tag) != nil else { return }
        try await fence()
        try await amend(tag, in: repository) { present throws(RegistryError) in
            guard let present else { return nil }
            var index = try ReferrersIndex(present)
            guard !gone.isDisjoint(with: index.digests) else { return nil }
            index.drop(gone)
            return try index.encoded()
        }
    }
}

/// One run of a removal.
private struct RemovalRun {
    let removal: Removal
    private var seen: Set<Digest> = []
    /// The registry's first refusal to remove anything; what else there is, is tried all the same.
    private(set) var refusal: RegistryError?

    init(removal: Removal) { self.removal = removal }

    /// Whether this manifest is to go and was not met before.
    mutating func takes(_ digest: Digest) -> Bool {
        !removal.keptDigests.contains(digest) && seen.insert(digest).inserted
    }

    mutating func remove(
        _ digest: Digest, _ tag: Tag?, _ client: RegistryClient, _ fence: Publisher.Fence
    ) async throws {
        try await fence()
        do throws(RegistryError) {
            try await client.remove(removal.repository, digest, tagged: tag)
        } catch {
            guard error.code == .unsupported else { throw error }
            refusal = refusal ?? error
        }
    }
}
