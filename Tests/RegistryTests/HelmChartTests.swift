import Archive
import Domain
import Foundation
import Registry
import TestSupport
import Testing

@Suite struct HelmChartTests {
    /// A file of the packed chart, read by GNU tar.
    private func file(_ path: String, _ chart: HelmChart) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
        process.arguments = ["-xzOf", "-", path]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The chart is smaller than a pipe's buffer.
        try input.fileHandleForWriting.write(contentsOf: Data(chart.archive))
        try input.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(path)")
        return String(decoding: data, as: UTF8.self)
    }

    @Test func `the same input gives the same chart for ever`() throws {
        let digests = try Set((0..<5).map { _ in try Fixture.chart().manifest.digest })
        #expect(digests.map(\.hex) == ["6b0d8ad7a37cccdfe0228eab6627697a380f66d0c43b60b22e05b03facb9c3e6"])
    }

    @Test(.proves("PUB-09", "PUB-15")) func `the chart is an artifact of Helm's types that pins image and pipeline`()
        throws
    {
        let chart = try Fixture.chart()
        let manifest = try chart.manifest.decoded()
        #expect(manifest.config.mediaType.rawValue == "application/vnd.cncf.helm.config.v1+json")
        #expect(manifest.layers.map(\.mediaType.rawValue) == ["application/vnd.cncf.helm.chart.content.v1.tar+gzip"])
        #expect(manifest.layers[0].digest == Digest(hashing: chart.archive))
        #expect(chart.tag.description == "0.0.1-\(Fixture.version)")
        let values = try file("house/values.yaml", chart)
        let pipeline = try PipelineArtifact(Fixture.definition(), engine: Fixture.engine).manifest.digest
        #expect(values.contains("pipelineURL: \"registry.example.com/team/pipelines/house@\(pipeline)\""))
        let image = Digest(hashing: Array("v1".utf8))
        #expect(values.contains("image: \"registry.example.com/engine:v1@\(image)\""))
    }

    @Test func `Chart.yaml and the config blob say the same`() throws {
        let chart = try Fixture.chart()
        #expect(
            try file("house/Chart.yaml", chart) == """
                apiVersion: v2
                name: "house"
                version: "0.0.1-6c3d9899-1335-456b-aaa0-52d03a017cc4"
                appVersion: "6c3d9899-1335-456b-aaa0-52d03a017cc4"
                type: application
                description: "Runs the pipeline house at version 6c3d9899-1335-456b-aaa0-52d03a017cc4"

                """)
        #expect(
            String(decoding: chart.config, as: UTF8.self)
                == #"{"apiVersion":"v2","appVersion":"6c3d9899-1335-456b-aaa0-52d03a017cc4","description":"#
                + #""Runs the pipeline house at version 6c3d9899-1335-456b-aaa0-52d03a017cc4","name":"house","#
                + #""type":"application","version":"0.0.1-6c3d9899-1335-456b-aaa0-52d03a017cc4"}"#)
    }

    @Test(.proves("EDGE-11", "ESRV-22")) func `the documented values and the service are there`() throws {
        let chart = try Fixture.chart()
        let values = try file("house/values.yaml", chart)
        for line in [
            "edgeBundle: \"\"", "ociRegistry:", "  registry: \"registry.example.com/team\"", "  username: \"\"",
            "  password: \"\"",
        ] {
            #expect(values.contains(line + "\n"), "\(line)")
        }
        let deployment = try file("house/templates/deployment.yaml", chart)
        #expect(deployment.contains("- name: EDGE_BUNDLE"))
        #expect(try file("house/templates/secrets.yaml", chart).contains("EDGE_BUNDLE: {{ .Values.edgeBundle | b64enc"))
        let service = try file("house/templates/service.yaml", chart)
        #expect(service.contains("  name: engine-svc\n"))
        #expect(values.contains("  port: 8080\n"))
    }

    @Test(.proves("ESRV-23", "EDGE-17")) func `the chart brings a volume that outlives the release`() throws {
        let chart = try Fixture.chart()
        let claim = try file("house/templates/persistence.yaml", chart)
        #expect(claim.contains("kind: PersistentVolumeClaim\n"))
        #expect(claim.contains("helm.sh/resource-policy: keep\n"))
        let deployment = try file("house/templates/deployment.yaml", chart)
        #expect(deployment.contains("mountPath: /persist\n"))
        #expect(deployment.contains("claimName: {{ .Release.Name }}-persist\n"))
        #expect(deployment.contains("type: Recreate\n"))
    }

    @Test func `resources are whole millicores`() throws {
        let values = try file("house/values.yaml", try Fixture.chart())
        #expect(
            values.contains("cpu: \"500m\"") && values.contains("memory: \"900Mi\"") && values.contains("configCPUs: 1")
        )
    }

    @Test func `the schema is JSON and refuses a bundle that is not base64`() throws {
        let text = try file("house/values.schema.json", try Fixture.chart())
        let schema = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let properties = schema?["properties"] as? [String: Any]
        let bundle = properties?["edgeBundle"] as? [String: String]
        let pattern = try Regex(try #require(bundle?["pattern"]))
        #expect("ZXhwb3J0IEI9MQ==".wholeMatch(of: pattern) != nil)
        #expect("x\"; rm -rf /".wholeMatch(of: pattern) == nil)
    }

    @Test(arguments: ["", "a b", "x\"y", "x\ny", "$(id)"]) func `image references are checked`(reference: String) {
        #expect(throws: Refusal.self) { try EngineImage(reference: reference) }
    }

    @Test func `the digest of an engine's image may stand in its reference`() throws {
        let digest = Digest(hashing: [1] as [UInt8])
        let image = try EngineImage(reference: "registry.example.com/engine:1@\(digest)")
        #expect(image.digest == digest && image.pinned == "registry.example.com/engine:1@\(digest)")
        for text in ["e.example/engine@", "e.example/engine@sha256:00", "e.example/engine@\(digest)@\(digest)"] {
            #expect(throws: Refusal.self) { try EngineImage(reference: text) }
        }
        let other = Digest(hashing: [2] as [UInt8])
        #expect(throws: Refusal.self) { try EngineImage(reference: "e.example/engine@\(digest)", digest: other) }
    }
}
