package import Domain

/// Puts artifacts into the registry. Every step is addressed by content or checked first, so a push that stopped
/// anywhere is simply made again.
package struct Publisher: Sendable {
    /// Called before each step; a push whose callback throws stops there.
    package typealias Progress = @Sendable (PublishProgress) async throws -> Void

    package let client: RegistryClient

    package init(_ client: RegistryClient) { self.client = client }

    /// Gives a model whose file is in its repository (`RegistrySettings.modelRepository`) the manifest that keeps it.
    /// - Throws: `manifestInvalid` when the file is missing, `digestMismatch` when the tag stands for something else.
    package func push(_ artifact: ModelArtifact) async throws(RegistryError) -> Digest {
        let model = artifact.model
        let repository = client.settings.modelRepository(workspace: model.workspace, model: model.name)
        _ = try await client.putBlob(repository, artifact.config)
        let tagged = try await holds(repository, artifact.tag, artifact.manifest.digest)
        guard tagged != false else {
            throw RegistryError(.digestMismatch, "tag model", reason: "the model version's tag holds other content")
        }
        if tagged == nil {
            try await client.putManifest(repository, .digest(artifact.manifest.digest), artifact.manifest)
            try await client.putManifest(repository, .tag(artifact.tag), artifact.manifest)
        }
        return artifact.manifest.digest
    }

    /// Publishes a pipeline: model blobs, documents, manifest by digest, tag, chart, and, with `sign`, the signatures of
    /// manifest and chart (PUB-01, PUB-04). A tag is looked up
    /// and then put, which a registry can't do as one: callers push one artifact of a pipeline at a time.
    /// - Throws: `RegistryError`, an error of a copied stream, or what `progress` throws.
    package func push(
        _ artifact: PipelineArtifact, engineImage: EngineImage, withImage: Bool = false,
        progress: @escaping Progress = { _ in }, sign: Sign? = nil
    ) async throws -> PublishReceipt {
        let repository = client.settings.pipelineRepository(artifact.definition.name)
        var tally = Tally(progress: progress, total: artifact.models.reduce(0) { $0 + $1.sizeBytes })
        for model in artifact.models {
            try await tally.report(.models)
            try await ensure(model, in: repository, &tally)
        }
        try await tally.report(.documents)
        for bytes in [artifact.pipelineJSON, artifact.engineJSON, artifact.config] {
            try await put(bytes, in: repository, &tally)
        }
        try await tally.report(.manifest)
        try await client.putManifest(repository, .digest(artifact.manifest.digest), artifact.manifest)
        try await tally.report(.tag)
        let tag = try await self.tag(artifact.manifest, [artifact.tag, artifact.alternativeTag], in: repository)
        try await tally.report(.image)
        let image = withImage ? try await push(imageOf: artifact, tag, in: repository, &tally) : nil
        try await tally.report(.chart)
        let chart = try await push(chartFor: artifact, engineImage, isFirst: tag == artifact.tag, &tally)
        if sign == nil { try await tally.report(.signatures) }
        if let sign {
            for subject in subjects(artifact, chart, image) {
                // Each time: attaching reads and then puts, and the caller may have lost its right to push since.
                try await tally.report(.signatures)
                tally.sent += try await attach(try await sign(subject), to: subject)
            }
        }
        try await tally.report(.done)
        return PublishReceipt(
            digest: artifact.manifest.digest, tag: tag,
            size: artifact.layers.reduce(Int64(artifact.manifest.bytes.count + artifact.config.count)) { $0 + $1.size },
            layers: artifact.layers, chartDigest: chart.manifest.digest, chartVersion: chart.input.chartVersion,
            image: image.map { .init(tag: Self.imageTag(tag), digest: $0.digest) },
            blobBytesSent: tally.sent, blobBytesMounted: tally.mounted)
    }

    private func subjects(_ artifact: PipelineArtifact, _ chart: HelmChart, _ image: EncodedManifest?)
        -> [SigningSubject]
    {
        let settings = client.settings
        let pipelines = settings.pipelineRepository(artifact.definition.name)
        let image = image.map {
            SigningSubject(
                $0, in: pipelines, host: settings.host, provenance: .image(of: artifact, settings))
        }
        return (image.map { [$0] } ?? []) + [
            SigningSubject(
                artifact.manifest, in: pipelines, host: settings.host,
                provenance: .pipeline(artifact, settings), files: artifact.files),
            SigningSubject(
                chart.manifest, in: settings.chartRepository(artifact.definition.name), host: settings.host,
                provenance: .chart(chart)),
        ]
    }

    /// Makes a model's file present: it is there, or mounted, or copied through this process.
    private func ensure(
        _ model: PublishedModel, in repository: RepositoryName, _ tally: inout Tally
    ) async throws {
        defer { tally.settled += model.sizeBytes }
        if try await client.blobExists(repository, model.digest) != nil { return }
        let source = client.settings.modelRepository(workspace: model.workspace, model: model.name)
        switch try await client.mount(repository, model.digest, from: source) {
        case .mounted: tally.mounted += model.sizeBytes
        case .uploadStarted(let session):
            // A registry that does not mount across repositories, or a source that lost the blob.
            await client.cancel(session)
            let outcome = try await client.copyBlob(model.digest, size: model.sizeBytes, from: source, to: repository)
            if outcome == .sent { tally.sent += model.sizeBytes }
        }
    }

    func put(
        _ bytes: [UInt8], in repository: RepositoryName, _ tally: inout Tally
    ) async throws(RegistryError) {
        if try await client.putBlob(repository, bytes) == .sent { tally.sent += Int64(bytes.count) }
    }

    /// Puts a manifest under the first tag that is free or already stands for it; a tag never moves.
    private func tag(
        _ manifest: EncodedManifest, _ candidates: [Tag], in repository: RepositoryName
    ) async throws(RegistryError) -> Tag {
        for tag in candidates {
            let present = try await holds(repository, tag, manifest.digest)
            if present == true { return tag }
            if present == nil {
                try await client.putManifest(repository, .tag(tag), manifest)
                return tag
            }
        }
        throw RegistryError(.digestMismatch, "tag manifest", reason: "all tags of this version hold other content")
    }

    /// Whether a tag stands for this digest; `nil` when nothing does. That it stands for something else is believed of
    /// the content only: between us and the registry are caches that mix up headers.
    func holds(
        _ repository: RepositoryName, _ tag: Tag, _ digest: Digest
    ) async throws(RegistryError) -> Bool? {
        guard let named = try await client.manifestDigest(repository, tag) else { return nil }
        if named == digest { return true }
        return try await client.getManifest(repository, .tag(tag)).map { $0.digest == digest }
    }

    /// The chart's version is part of its content, so each candidate is a chart of its own. The last candidate differs
    /// from the others when only the engine's image changed since the last publish.
    private func push(
        chartFor artifact: PipelineArtifact, _ image: EngineImage, isFirst: Bool, _ tally: inout Tally
    ) async throws(RegistryError) -> HelmChart {
        let definition = artifact.definition
        let repository = client.settings.chartRepository(definition.name)
        let names = ArtifactNames(
            root: client.settings.root, pipeline: definition.name, version: definition.version.description)
        // The `d` keeps SemVer from seeing a number with a leading zero.
        let base = names.chartVersion + (isFirst ? "" : ".d\(artifact.manifest.digest.hex.prefix(12))")
        var version = base
        for _ in 0..<2 {
            let chart = try HelmChart(
                .init(
                    pipeline: definition.name, pipelineVersion: definition.version, registryRoot: client.settings.root,
                    pipelineDigest: artifact.manifest.digest, engineImage: image, engine: artifact.engine,
                    chartVersion: version))
            let present = try await holds(repository, chart.tag, chart.manifest.digest)
            if present == nil {
                try await put(chart.archive, in: repository, &tally)
                try await put(chart.config, in: repository, &tally)
                try await client.putManifest(repository, .tag(chart.tag), chart.manifest)
            }
            if present != false { return chart }
            version = "\(base).d\(chart.manifest.digest.hex.prefix(12))"
        }
        throw RegistryError(.digestMismatch, "tag chart", reason: "all tags of this version hold other charts")
    }
}

/// What a push did so far.
struct Tally {
    let progress: Publisher.Progress
    /// Bytes of all models.
    let total: Int64
    var settled: Int64 = 0
    var sent: Int64 = 0
    var mounted: Int64 = 0

    init(progress: @escaping Publisher.Progress, total: Int64) {
        self.progress = progress
        self.total = total
    }

    /// Models are 80 of 100; the rest are a handful of small requests.
    func report(_ phase: PublishProgress.Phase) async throws {
        let percent =
            switch phase {
            case .models: total == 0 ? 0 : Int(80 * Double(settled) / Double(total))
            case .documents: 80
            case .manifest: 88
            case .tag: 92
            case .image: 93
            case .chart: 94
            case .signatures: 96
            case .done: 100
            }
        try await progress(
            PublishProgress(phase: phase, percent: percent, bytesSent: sent, bytesMounted: mounted))
    }
}
