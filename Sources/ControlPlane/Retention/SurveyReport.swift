package import Domain
import FoundationEssentials

/// What a survey of the registry found.
package struct SurveyReport: Sendable {
    /// A manifest that no row names.
    package struct Finding: Sendable {
        /// Below the registry's root.
        package let repository: String
        package let tag: String
        package let digest: Digest
        /// `model_version_gone`, `conversion_left_over` or `publish_gone`.
        package let reason: String
        /// Of the manifest, of what is attached to it, and of their blobs, as far as nothing else needs them.
        package var bytes: Int64 = 0
        let origin: SurveySorting.Origin
    }

    /// `host[:port][/prefix]`
    package let registry: String
    package let findings: [Finding]
    package let keptTags: Int
    /// Of other instances, other tools, or imports: left alone.
    package let unknownTags: [String]
    package var unknownRepositories: [String] = []
    /// Whether the registry told which repositories it has.
    package var readsCatalog = false

    package var bytes: Int64 { findings.reduce(0) { $0 + $1.bytes } }

    init(_ sorting: SurveySorting, root: String) {
        registry = root
        findings = sorting.measured()
        keptTags = sorting.kept
        unknownTags = sorting.unknownTags
    }

    /// For people, a line each.
    package var lines: [String] {
        var lines = ["registry \(registry)"]
        lines += findings.map { "\($0.repository):\($0.tag) \($0.digest) \($0.reason) \($0.bytes) bytes" }
        lines.append("may go: \(findings.count) manifests, \(bytes) bytes")
        lines.append(
            "stay: \(keptTags) tags; not of this instance: \(unknownTags.count) tags, "
                + "\(unknownRepositories.count) repositories")
        if !readsCatalog { lines.append("the registry does not say which repositories it has") }
        return lines
    }

    private struct Document: Encodable {
        struct Entry: Encodable {
            let repository: String
            let tag: String
            let digest: String
            let reason: String
            let bytes: Int64
        }
        let registry: String
        let findings: [Entry]
        let bytes: Int64
        let kept_tags: Int
        let unknown_tags: [String]
        let unknown_repositories: [String]
        let catalog: Bool
    }

    /// The same for programs: one JSON document.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            registry: registry,
            findings: findings.map {
                .init(
                    repository: $0.repository, tag: $0.tag, digest: $0.digest.description, reason: $0.reason,
                    bytes: $0.bytes)
            }, bytes: bytes, kept_tags: keptTags, unknown_tags: unknownTags,
            unknown_repositories: unknownRepositories, catalog: readsCatalog)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}
