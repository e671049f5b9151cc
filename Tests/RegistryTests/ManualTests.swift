import Domain
import Foundation
import TestSupport
import Testing

@testable import Registry

@Suite struct ManualTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["DROVER_MANUAL"] != nil))
    func `publish for tools`() async throws {
        let settings = try RegistrySettings(host: TestRegistry.host, repositoryPrefix: "manual", plainHTTP: true)
        try await TestRegistry.withClient(settings) { client async throws in
            let bytes = sampleBytes(1_500_000)
            let model = try Fixture.model(bytes: bytes)
            _ = try await client.upload(
                ByteStream([bytes]), to: client.settings.modelRepository(workspace: model.workspace, model: model.name))
            _ = try await Publisher(client).push(ModelArtifact(model))
            let receipt = try await Publisher(client).push(
                PipelineArtifact(Fixture.definition(steps: [[model]]), engine: Fixture.engine),
                engineImage: Fixture.image())
            print("RECEIPT", receipt.digest, receipt.tag, receipt.chartDigest, receipt.chartVersion)
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["DROVER_BENCH_FILE"] != nil))
    func `upload a large file`() async throws {
        let path = ProcessInfo.processInfo.environment["DROVER_BENCH_FILE"] ?? ""
        for round in 0..<3 {
            for (mode, chunk) in [
                (RegistrySettings.UploadMode.stream, 512), (.stream, 64), (.stream, 16), (.monolithic, 64),
            ] {
                var settings = try TestRegistry.settings()
                settings.uploadMode = mode
                try await TestRegistry.withClient(settings) { client async throws in
                    let start = ContinuousClock().now
                    let blob = try await client.upload(
                        FileChunks(file: try BlobFile.open(path), count: chunk << 10),
                        to: RepositoryName(unchecked: settings.repositoryPrefix + "/big"))
                    print("BENCH", mode, chunk, round, ContinuousClock().now - start, blob.size)
                }
            }
        }
    }
}
