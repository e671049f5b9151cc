import Auth
import Domain
import Foundation
import Logging
import Persistence
import Processes
import Registry
import TestSupport
import Testing

@testable import ControlPlane

/// A conversion worker on the test's own database and a registry, with a clock that the test moves, and a script of the
/// test's own for a converter.
struct ConversionFixture: Sendable {
    let worker: ConversionWorker
    let clock: ManualClock
    private let user: UserID
    private let workspace: WorkspaceID
    /// Where the converter's script is.
    private let file: String

    var system: SystemDatabase { worker.system }

    /// The smallest ONNX file that passes the inspector, as Python's expression.
    static let tinyONNX: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = (try? Data(contentsOf: root.appending(path: "Examples/tiny.onnx"))) ?? Data()
        return "__import__('base64').b64decode('\(bytes.base64EncodedString())')"
    }()

    /// - Parameters:
    ///   - script: what runs for a converter; without one the server has no interpreter.
    ///   - host: of the registry; the test registry if none is given.
    ///   - seconds: that a native form may take. Usually shorter than a lease, so that a test may let them pass at once.
    ///   - spool: the directory of what passes through this machine.
    static func with(
        script: String? = nil, _ host: String? = nil, seconds: Int64 = 12, spool: String? = nil,
        _ body: (ConversionFixture) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.path + "/drover-converter-\(UUID().uuidString).py"
        if let script { try script.write(toFile: file, atomically: false, encoding: .utf8) }
        defer { if script != nil { try? FileManager.default.removeItem(atPath: file) } }
        var settings = try TestRegistry.settings(host: host)
        settings.timeouts.request = .seconds(600)
        if let spool { settings.spool.directory = spool }
        try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
            try await body(try await make(client, script: script.map { _ in file }, seconds))
        }
    }

    private static func make(_ client: RegistryClient, script: String?, _ seconds: Int64) async throws
        -> ConversionFixture
    {
        let (clock, random) = (ManualClock(), SystemRandom())
        let native = script.map { script in
            var settings = ConversionSettings()
            (settings.seconds, settings.memoryBytes) = (seconds, 512 << 20)
            return NativeConverter(
                sandbox: SandboxCommand(python: "/usr/bin/python3", script: script), settings: settings,
                maxUploadBytes: 1 << 30, random: random, clock: clock)
        }
        let worker = ConversionWorker(
            database: TestDatabase.current,
            registryAccess: RegistryAccess(
                instance: client, database: TestDatabase.current,
                sealing: try SealingKeyring(text: Secret(String(repeating: "5a", count: 32)))), native: native,
            quotas: Quotas(database: TestDatabase.current, defaultBytes: 0, time: clock.time),
            time: clock.time, random: random, clock: clock, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        )
        let (user, at): (UserID, Date) = (random.id(), clock.time.now())
        let workspace = try await worker.system.write { tx in
            _ = try tx.run(
                .insertUser(
                    user, email: Email(unchecked: "\(user)@example.com"), name: "x", passwordHash: nil, isAdmin: false,
                    at: at))
            return try tx.run(.createWorkspace(name: WorkspaceName(unchecked: "lab"), for: user, at: at))
        }
        return ConversionFixture(worker: worker, clock: clock, user: user, workspace: workspace, file: script ?? "")
    }

    /// As a member does who changes the schemas.
    func restart(_ id: ModelVersionID) async throws -> Bool {
        try await worker.database.run(.restartConversion(of: id, at: clock.time.now()), as: Member(userID: user))
    }

    private struct Member: TenantScope {
        let userID: UserID
        var token: TokenLimits? { nil }
    }

    /// Makes another script of the converter's.
    func replaceScript(_ text: String) throws { try text.write(toFile: file, atomically: false, encoding: .utf8) }

    /// Writes to the script's end, where a converter that runs can see it.
    func append(_ text: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    /// A manifest of the version's repository.
    func manifest(_ digest: Digest, of id: ModelVersionID) async throws -> EncodedManifest? {
        let version = try await version(id)
        let settings = worker.registryAccess.instance.settings
        return try await worker.registryAccess.instance.getManifest(
            settings.modelRepository(workspace: version.workspaceID, model: version.modelName), .digest(digest))
    }

    /// Uploads a file as the API does, without a signal.
    func upload(
        _ framework: ModelFramework = .sklearn, isStored: Bool = true, to other: WorkspaceID? = nil
    ) async throws -> ModelVersionID {
        let (id, bytes): (ModelVersionID, [UInt8]) = (SystemRandom().id(), Array("a file of \(framework)".utf8))
        let (user, workspace, now) = (user, other ?? workspace, clock.time.now())
        let name = ModelName(unchecked: "house")
        if isStored {
            let repository = worker.registryAccess.settings.modelRepository(workspace: workspace, model: name)
            _ = try await worker.registryAccess.instance.putBlob(repository, bytes)
        }
        try await system.write { tx in
            let model = try tx.run(.ensureModel(name, in: workspace, by: user, at: now))
            _ = try tx.run(
                .insertModelVersion(
                    id, model: model, named: name, in: workspace, fileName: "m.pkl", sha256: Digest(hashing: bytes),
                    sizeBytes: Int64(bytes.count), framework: framework, runtime: framework.firstRuntime, arch: .x86,
                    status: .pendingConversion, inspection: try JSONText(encoding: ModelInspection()),
                    manifestDigest: Digest(hashing: [2]), by: user, at: now))
            let state = try #require(ConversionState.first(of: framework))
            _ = try tx.run(.insertConversion(of: id, in: workspace, from: state, at: now))
        }
        return id
    }

    /// Uploads to a workspace of its own.
    func uploadElsewhere() async throws -> ModelVersionID {
        let (user, now) = (user, clock.time.now())
        let workspace = try await system.write { tx in
            try tx.run(.createWorkspace(name: WorkspaceName(unchecked: "other"), for: user, at: now))
        }
        return try await upload(to: workspace)
    }

    func conversion(_ id: ModelVersionID) async throws -> Conversion {
        try #require(try await system.run(.conversion(of: id)))
    }

    func version(_ id: ModelVersionID) async throws -> ModelVersion {
        try #require(try await system.run(.modelVersion(id)))
    }

    /// Returns the conversion when it has this state.
    func until(_ state: ConversionState, _ id: ModelVersionID) async throws -> Conversion {
        while true {
            let conversion = try await conversion(id)
            if conversion.state == state { return conversion }
            await Task.yield()
        }
    }

    /// Runs the worker, as the server does, until the body ends.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await body()
            group.cancelAll()
        }
    }
}

extension NativeConverter {
    /// The same with another limit.
    func with(maxUploadBytes: Int64) -> NativeConverter {
        NativeConverter(
            sandbox: sandbox, settings: settings, maxUploadBytes: maxUploadBytes, random: random,
            clock: clock)
    }
}
