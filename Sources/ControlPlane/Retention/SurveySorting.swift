import Domain
import FoundationEssentials
import Persistence
import Registry

/// Sorts tags into what stays, what may go, and what is not of this instance.
struct SurveySorting {
    /// Whose a tag is.
    enum Origin: Hashable {
        case model(ModelVersionID, name: ModelName, workspace: WorkspaceID)
        case publish(PublishID)
    }

    private(set) var findings: [SurveyReport.Finding] = []
    private(set) var kept = 0
    private(set) var unknownTags: [String] = []
    private let versions: [ModelVersionID: RecordedVersion]
    /// The first publish of each pipeline version that was ever published, and what may go of the version.
    private let publishes: [PipelineVersionID: PublishID]
    private let removals: [PublishID: [Removal]]
    private var keptBlobs: Set<Digest>
    /// Manifests and blobs of findings, with the bytes.
    private var contents: [[Digest: Int64]] = []

    init(versions: [RecordedVersion], names: [PublishedNames], settings: RegistrySettings) {
        self.versions = Dictionary(versions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let grouped = Dictionary(grouping: names, by: \.version)
        publishes = grouped.compactMapValues { $0.first?.publish }
        removals = Dictionary(
            grouped.values.compactMap { names in
                names.first.map { ($0.publish, PublishWorker.removals(of: names, settings)) }
            }, uniquingKeysWith: { first, _ in first })
        keptBlobs = Set(versions.flatMap { [$0.file, $0.converted].compactMap(\.self) })
    }

    /// `nil` for a tag that is not of this instance, or attached to another one and looked at with that.
    mutating func origin(of tag: Registry.Tag, in path: String) -> Origin? {
        let text = tag.description
        if text.hasPrefix("sha256-") { return nil }
        let parts = path.split(separator: "/")
        if parts[0] == "models" {
            if let id = ModelVersionID(String(text.prefix(36))), let name = ModelName(rawValue: String(parts[2])),
                let workspace = WorkspaceID(String(parts[1]))
            {
                return .model(id, name: name, workspace: workspace)
            }
        } else {
            let name = parts[0] == "charts" ? text.dropFirst("0.0.1-".count) : text[...]
            if let id = PipelineVersionID(String(name.prefix(36))), let publish = publishes[id] {
                return .publish(publish)
            }
        }
        unknownTags.append("\(path):\(tag)")
        return nil
    }

    func mayGo(_ tag: Registry.Tag, _ digest: Digest, of origin: Origin) -> Bool {
        switch origin {
        case .model(let id, _, _):
            versions[id].map { version in
                !version.isConverting && tag.description != id.description
                    && digest != version.manifest && digest != version.convertedManifest
            } ?? true
        case .publish(let publish):
            (removals[publish] ?? []).contains { $0.mayGo(tag) && !$0.keptDigests.contains(digest) }
        }
    }

    /// Counts what stays: blobs that are also in something that goes are not freed with it.
    mutating func keep(_ manifest: EncodedManifest) {
        kept += 1
        keptBlobs.formUnion(Self.blobs(of: manifest).keys)
    }

    mutating func find(_ tag: Registry.Tag, in path: String, _ manifests: [EncodedManifest], of origin: Origin) {
        guard let first = manifests.first else { return }
        var all: [Digest: Int64] = [:]
        for manifest in manifests {
            all[manifest.digest] = Int64(manifest.bytes.count)
            all.merge(Self.blobs(of: manifest)) { first, _ in first }
        }
        contents.append(all)
        findings.append(
            .init(repository: path, tag: tag.description, digest: first.digest, reason: reason(origin), origin: origin))
    }

    /// The findings, each with the bytes that go with it and with none before it.
    func measured() -> [SurveyReport.Finding] {
        var counted = keptBlobs
        return zip(findings, contents).map { finding, content in
            var finding = finding
            for (digest, size) in content where counted.insert(digest).inserted { finding.bytes += size }
            return finding
        }
    }

    private func reason(_ origin: Origin) -> String {
        switch origin {
        case .model(let id, _, _): versions[id] == nil ? "model_version_gone" : "conversion_left_over"
        case .publish: "publish_gone"
        }
    }

    private static func blobs(of manifest: EncodedManifest) -> [Digest: Int64] {
        guard let decoded = try? manifest.decoded() else { return [:] }
        return Dictionary(
            ([decoded.config] + decoded.layers).map { ($0.digest, $0.size) }, uniquingKeysWith: { first, _ in first })
    }
}
