import Domain
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct ArtifactNamesTests {
    struct Case: CustomTestStringConvertible {
        var root: String
        var pipeline: String
        var version: String
        var pipelineURL: String
        var chartURL: String
        var chartVersion: String
        var testDescription: String { pipelineURL }
    }
    /// Golden vector G3; the second chart URL stands there with `oci://`, which is added when it is shown.
    static let golden = [
        Case(
            root: "sample-registry.example.com", pipeline: "p1", version: "6c3d9899-1335-456b-aaa0-52d03a017cc4",
            pipelineURL: "sample-registry.example.com/pipelines/p1:6c3d9899-1335-456b-aaa0-52d03a017cc4",
            chartURL: "sample-registry.example.com/charts/p1",
            chartVersion: "0.0.1-6c3d9899-1335-456b-aaa0-52d03a017cc4"),
        Case(
            root: "ghcr.io/wallaroolabs/doc-samples", pipeline: "edge-pipeline",
            version: "f388c109-8d57-4ed2-9806-aa13f854576b",
            pipelineURL:
                "ghcr.io/wallaroolabs/doc-samples/pipelines/edge-pipeline:f388c109-8d57-4ed2-9806-aa13f854576b",
            chartURL: "ghcr.io/wallaroolabs/doc-samples/charts/edge-pipeline",
            chartVersion: "0.0.1-f388c109-8d57-4ed2-9806-aa13f854576b"),
    ]

    @Test(.proves("PUB-08", "PUB-17"), arguments: golden)
    func `the names of golden vector G3 follow from registry, pipeline and version`(names: Case) throws {
        for _ in 0..<2 {
            let made = try ArtifactNames(
                root: names.root, pipeline: PipelineName(names.pipeline), version: names.version)
            #expect(made.pipelineURL == names.pipelineURL)
            #expect(made.chartURL == names.chartURL)
            #expect(made.chartVersion == names.chartVersion)
        }
    }

    @Test func `a chart reference keeps the chart's name, so that a client can pull it`() throws {
        let names = try ArtifactNames(root: "r.example.com/x", pipeline: PipelineName("p"), version: "v")
        let digest = Digest(hashing: Array("chart".utf8))
        #expect(names.chartReference(digest) == "r.example.com/x/charts/p@sha256:\(digest.hex)")
    }
}
