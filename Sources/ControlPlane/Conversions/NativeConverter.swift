import Domain
import FoundationEssentials
import ModelFormats
import NIOCore
import Persistence
import Processes
import Registry

/// Makes an ONNX file of a model of another framework, with the framework's own converters in a sandbox: the file comes
/// from the registry, and what the converter writes is inspected on its way back.
struct NativeConverter: Sendable {
    let sandbox: SandboxCommand
    let settings: ConversionSettings
    /// A result must not be larger than an upload may be.
    let maxUploadBytes: Int64
    let random: any RandomSource
    let clock: any Clock<Duration>

    /// They go as an argument, of which the kernel takes 128 KiB.
    private static let maxSchemaBytes = 100_000

    /// What came of a try.
    enum Outcome: Sendable {
        case converted(ConvertedFile, JSONText)
        /// The model has no native form, or none that this server can make; the text is for people.
        case incompatible(String)
    }

    /// Is told a manifest's digest before it is pushed.
    typealias Note = @Sendable (Digest) async throws -> Void

    /// - Parameters:
    ///   - registry: with the account of the version's workspace.
    ///   - schemas: the fields of input and output, as JSON.
    /// - Throws: `RegistryError`; `CancellationError`, after the sandbox is gone; what `note` throws.
    func convert(
        _ version: ModelVersion, in registry: RegistryClient, schemas: String, _ progress: ConversionProgress,
        note: Note = { _ in }
    ) async throws -> Outcome {
        do {
            return try await tryToConvert(version, in: registry, schemas: schemas, progress, note)
        } catch let error as SpawnError {
            return .incompatible("this server can't convert models: \(error)")
        } catch let error as RegistryError {
            // Of this machine, not of the registry: a container needs none of it.
            guard error.code == .localFile || error.code == .tooLarge else { throw error }
            return .incompatible("this server has no room for the conversion (\(error.reason))")
        }
    }

    private func tryToConvert(
        _ version: ModelVersion, in registry: RegistryClient, schemas: String, _ progress: ConversionProgress,
        _ note: Note
    ) async throws -> Outcome {
        if let obstacle = sandbox.obstacle { return .incompatible("this server can't convert models: \(obstacle)") }
        guard schemas.utf8.count <= Self.maxSchemaBytes else {
            return .incompatible("the schemas are larger than a conversion takes (\(Self.maxSchemaBytes) bytes)")
        }
        let largest = min(settings.memoryBytes / 4, registry.settings.spool.limitBytes)
        guard version.sizeBytes <= largest else {
            return .incompatible("the file is larger than a conversion may load (\(largest) bytes)")
        }
        let input = try SpoolFile(in: registry.settings.spool.directory, random: random)
        let output = try SpoolFile(in: registry.settings.spool.directory, random: random)
        let repository = registry.settings.modelRepository(workspace: version.workspaceID, model: version.modelName)
        progress.set("fetch", 0)
        let blob = try await registry.getBlob(repository, version.sha256)
        try await input.write(blob) { progress.set("fetch", Int(20 * $0 / max(1, version.sizeBytes))) }
        let limits = limits(for: version, spoolBytes: registry.settings.spool.limitBytes)
        if let reason = try await run(version, limits, schemas: schemas, from: input, to: output, progress) {
            return .incompatible(reason)
        }
        progress.set("store", 95)
        return try await store(output, of: version, in: repository, of: registry, note)
    }

    /// Why the converter failed, or `nil`.
    private func run(
        _ version: ModelVersion, _ limits: SandboxLimits, schemas: String, from input: SpoolFile, to output: SpoolFile,
        _ progress: ConversionProgress
    ) async throws -> String? {
        let line = sandbox.line(
            [version.framework.rawValue, schemas], limits, name: Hex.encode(random.bytes(8)))
        let reading = try input.withDescriptors { try Descriptor.copy(of: $1) }
        let writing = try output.withDescriptors { writing, _ in try Descriptor.copy(of: writing) }
        let status: Int32? = try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                try await Sandbox.run(line, input: reading, output: writing) { progress.hear($0) }
            }
            group.addTask {
                try await clock.sleep(for: .seconds(settings.seconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { return nil }
            return first
        }
        try Task.checkCancellation()
        guard let status else { return "the conversion took longer than \(settings.seconds) seconds" }
        return explanation(status, progress)
    }

    /// Its `/tmp` is in memory, too, so both together are what it may have. On disk it leaves a result, which is bounded
    /// as uploads are and as the spool is that has it.
    func limits(for version: ModelVersion, spoolBytes: Int64) -> SandboxLimits {
        let wanted = 64 << 20 + 8 * version.sizeBytes
        let scratch = min(settings.memoryBytes / 4, wanted)
        return SandboxLimits(
            memoryBytes: settings.memoryBytes - scratch, processorSeconds: settings.seconds,
            outputBytes: min(settings.memoryBytes, wanted, maxUploadBytes, spoolBytes),
            scratchBytes: scratch)
    }

    private func explanation(_ status: Int32, _ progress: ConversionProgress) -> String? {
        if let reason = progress.reason { return reason }
        switch status {
        case 0: return nil
        case 128 + 9, 128 + 24:
            return "the system ended the conversion: over \(settings.seconds) seconds of processor time, "
                + "or no memory left"
        case 128 + 11: return "the conversion crashed"
        default:
            // They name paths of this machine, which are for its operator and stand in the log.
            if progress.lastWords.map({ $0.hasPrefix("bwrap: ") || $0.hasPrefix("prlimit: ") }) == true {
                return "the sandbox could not be started; the server's log has the cause"
            }
            let words = progress.lastWords.map { ": \($0)" } ?? ""
            return "the conversion ended with status \(status)\(words)"
        }
    }

    private func store(
        _ output: SpoolFile, of version: ModelVersion, in repository: RepositoryName, of registry: RegistryClient,
        _ note: Note
    ) async throws -> Outcome {
        let inspected = InspectedUpload(
            output.chunks,
            inspector: try FormatInspectors.make(.onnx, fileName: "model.onnx", unpackedLimit: settings.memoryBytes),
            limitBytes: settings.memoryBytes)
        do {
            let blob = try await registry.upload(output, readAs: inspected, to: repository)
            guard let inspection = inspected.inspection else {
                return .incompatible("the converted file was not read to its end")
            }
            let artifact = try ModelArtifact(
                PublishedModel(
                    name: version.modelName, version: version.id, workspace: version.workspaceID, digest: blob.digest,
                    sizeBytes: blob.size, runtime: .onnx, architecture: version.arch, fileName: "model.onnx"),
                isConverted: true)
            let shown = try inspection.stored()
            try await note(artifact.manifest.digest)
            let manifest = try await Publisher(registry).push(artifact)
            return .converted(
                ConvertedFile(sha256: blob.digest, sizeBytes: blob.size, manifestDigest: manifest),
                shown)
        } catch let refusal as Refusal {
            return .incompatible("the converter left no ONNX model: \(refusal.detail)")
        } catch {
            guard let refusal = inspected.refusal else { throw error }
            return .incompatible("the converter left no ONNX model: \(refusal.detail)")
        }
    }
}
