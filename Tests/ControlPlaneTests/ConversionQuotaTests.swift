import Domain
import Persistence
import TestSupport
import Testing

@testable import ControlPlane

/// What conversions make counts against the quota of the workspace.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct ConversionQuotaTests {
    private static let good = "import sys; sys.stdout.buffer.write(\(ConversionFixture.tinyONNX))"

    /// The fixture's file has 18 bytes.
    @Test func `a native form that does not fit leaves a container with the reason, and is taken out again`()
        async throws
    {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let id = try await fixture.upload()
            try await TestDatabase.psql(
                "insert into workspace_quotas select workspace_id, 20, created_by, created_at from model_versions")
            try await fixture.running { _ = try await fixture.until(.ready, id) }
            let (version, conversion) = (try await fixture.version(id), try await fixture.conversion(id))
            #expect(version.converted == nil && version.runtime == .flight && version.status == .ready)
            #expect(
                conversion.reason?.hasPrefix(
                    "no room for the native form: the workspace may hold 20 bytes of model files and holds \(version.sizeBytes)"
                )
                    == true)
            let jobs = try await TestDatabase.psql("select kind, model_version_id from jobs")
            #expect(jobs == [["remove_model", "\(id)"]])
        }
    }

    @Test func `a native form that fits is counted`() async throws {
        try await ConversionFixture.with(script: Self.good) { fixture in
            let id = try await fixture.upload()
            try await TestDatabase.psql(
                "insert into workspace_quotas select workspace_id, 1000000, created_by, created_at from model_versions")
            try await fixture.running { _ = try await fixture.until(.ready, id) }
            let version = try await fixture.version(id)
            let file = try #require(version.converted)
            let use = try await fixture.system.run(.workspaceUse(version.workspaceID))
            #expect(use == WorkspaceQuota(own: 1_000_000, usedBytes: version.sizeBytes + file.sizeBytes))
        }
    }
}
