import Domain
import Registry
import TestSupport
import Testing

@testable import ControlPlane

/// What an export is made of, and what its failures say.
@Suite(.ownDatabase, .timeLimit(.minutes(4))) struct PublishExportTests {
    @Test func `an export takes the digests that the publish recorded, and there is none without`() async throws {
        try await PublishFixture.with { fixture in
            let id = try await fixture.ask()
            let waiting = try await fixture.publish(id)
            #expect { _ = try Publishes.roots(of: waiting) } throws: { ($0 as? Refusal)?.code == "not_published" }
            await fixture.worker.work(try await fixture.lease())
            let publish = try await fixture.publish(id)
            let (pipeline, chart) = (try #require(publish.pipelineDigest), try #require(publish.chartDigest))
            let (roots, name) = (try Publishes.roots(of: publish), publish.pipelineName)
            #expect(roots.map(\.path) == ["pipelines/\(name)", "charts/\(name)"])
            #expect(roots.map(\.digest) == [pipeline, chart])
            #expect(
                roots.map { $0.tag?.description } == [publish.pipelineVersionID.description, publish.chartVersion])
        }
    }

    @Test(arguments: [
        (RegistryError.Code.notFound, "not_published"), (.digestMismatch, "not_published"),
        (.lengthMismatch, "not_published"), (.manifestInvalid, "not_published"), (.tooLarge, "limit_reached"),
        (.unsupported, "unavailable"),
    ])
    func `an export's errors are about what was published, not about what was sent`(
        code: RegistryError.Code, expected: String
    ) throws {
        let refusal = try #require(Publishes.refusal(forExport: RegistryError(code, "x", reason: "x")))
        #expect(refusal.code == expected && !refusal.detail.contains("received"))
    }

    @Test(arguments: [RegistryError.Code.unavailable, .tooMany, .headerMismatch])
    func `passing trouble of an export is answered as everywhere`(code: RegistryError.Code) throws {
        let error = RegistryError(code, "x", reason: "x")
        #expect(Publishes.refusal(forExport: error) == nil)
        #expect(Problem.refusal(for: error)?.status == 503)
    }
}
