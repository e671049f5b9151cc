/// The names of everything a publish puts into the registry: they follow from registry, pipeline and version alone
/// (PUB-08, PUB-17; golden vector G3).
package struct ArtifactNames: Hashable, Sendable {
    /// `registry[/repository]`, without a scheme or a trailing slash.
    package let root: String
    package let pipeline: PipelineName
    /// The pipeline version's UUID, the artifact's tag.
    package let version: String

    package init(root: String, pipeline: PipelineName, version: String) {
        self.root = root
        self.pipeline = pipeline
        self.version = version
    }

    package var pipelineURL: String { "\(root)/pipelines/\(pipeline):\(version)" }
    /// The image with the same files, for those who asked for it.
    package var imageURL: String { "\(pipelineURL)-image" }
    /// Stored without `oci://`, because `helm pull oci://<chart url>` adds it (E16).
    package var chartURL: String { "\(root)/charts/\(pipeline)" }
    /// A SemVer pre-release; also the chart's tag.
    package var chartVersion: String { "0.0.1-\(version)" }
    /// By digest. The seeds drop the chart's name here, which no Helm client can pull; ours keeps it
    /// (publish-and-edge.md, section 0).
    package func chartReference(_ digest: Digest) -> String { "\(chartURL)@\(digest)" }
}
