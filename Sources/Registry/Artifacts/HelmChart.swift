import Archive
package import Domain

/// The Helm chart that runs a published pipeline on Kubernetes, as an OCI artifact (publish-and-edge.md, 1c; PUB-15,
/// ESRV-22, ESRV-23). The pipeline is pinned by digest, so the chart's digest depends on it; the engine
/// image is as the setting `engine.image` names it, with a digest or without.
package struct HelmChart: Hashable, Sendable {
    /// What a chart is made of.
    package struct Input: Hashable, Sendable {
        package var pipeline: PipelineName
        /// The pipeline version's UUID.
        package var pipelineVersion: PipelineVersionID
        /// `host[/prefix]`, the default of the value `ociRegistry.registry`.
        package var registryRoot: String
        /// The primary artifact's manifest.
        package var pipelineDigest: Digest
        package var engineImage: EngineImage
        package var engine: EngineConfig
        /// SemVer, also the tag (PUB-08).
        package var chartVersion: String

        package init(
            pipeline: PipelineName, pipelineVersion: PipelineVersionID, registryRoot: String, pipelineDigest: Digest,
            engineImage: EngineImage, engine: EngineConfig, chartVersion: String
        ) {
            self.pipeline = pipeline
            self.pipelineVersion = pipelineVersion
            self.registryRoot = registryRoot
            self.pipelineDigest = pipelineDigest
            self.engineImage = engineImage
            self.engine = engine
            self.chartVersion = chartVersion
        }

        /// `registry/pipelines/<name>@sha256:…`
        package var pipelineReference: String { "\(registryRoot)/pipelines/\(pipeline)@\(pipelineDigest)" }
    }

    package let input: Input
    /// The packed chart, one layer.
    package let archive: [UInt8]
    package let config: [UInt8]
    package let manifest: EncodedManifest

    /// - Throws: `RegistryError` with code `manifestInvalid`.
    package init(_ input: Input) throws(RegistryError) {
        let metadata = Metadata(input)
        let files = try ChartFiles.all(input, description: metadata.description)
        self.input = input
        archive = try Self.pack(files, under: input.pipeline.rawValue)
        config = try CanonicalJSON.encode(metadata)
        // As helm itself pushes it: neither mediaType nor artifactType at the top (helm v4, pkg/registry/client.go).
        manifest = try EncodedManifest(
            Manifest(
                mediaType: nil, artifactType: nil, config: Descriptor(mediaType: .helmConfig, of: config),
                layers: [Descriptor(mediaType: .helmChart, of: archive)],
                annotations: [
                    Annotation.title: metadata.name,
                    Annotation.version: metadata.version,
                    Annotation.description: metadata.description,
                ]))
    }

    /// The tag: the chart's version.
    package var tag: Tag { Tag(unchecked: input.chartVersion) }

    /// Stored deflate blocks: the chart is small, and its digest must not depend on the machine's zlib.
    private static func pack(
        _ files: [(path: String, text: String)], under name: String
    ) throws(RegistryError) -> [UInt8] {
        do {
            var tar = TarWriter()
            for file in files { try tar.add("\(name)/\(file.path)", Array(file.text.utf8)) }
            return Gzip.store(tar.finish())
        } catch {
            throw RegistryError(.manifestInvalid, "pack chart", reason: "a path that does not fit")
        }
    }

    /// Chart.yaml's content, which is also the config blob.
    private struct Metadata: Encodable {
        let apiVersion = "v2"
        let appVersion: String
        let description: String
        let name: String
        let type = "application"
        let version: String

        init(_ input: Input) {
            appVersion = input.pipelineVersion.description
            description = "Runs the pipeline \(input.pipeline) at version \(input.pipelineVersion)"
            name = input.pipeline.rawValue
            version = input.chartVersion
        }
    }
}
