import Arrow
import Auth
import Domain
import FoundationEssentials
import ModelFormats
import Persistence

/// A configuration that a client asks for, of which only the shape is known yet.
struct ModelConfigRequest: Decodable {
    let runtime: String?
    let tensorFields: [String]?
    let batchConfig: String?
    let filterThreshold: Double?
    let inputSchema: String?
    let outputSchema: String?
}

extension Models {
    /// How a version is run (MODEL-58).
    /// - Throws: `Refusal.notFound`.
    func config(of id: ModelVersionID, by principal: Principal) async throws -> ConfiguredVersion {
        let version = try await version(id, by: principal)
        guard let config = try await database.run(.modelConfig(id), as: principal) else {
            throw Refusal.notFound(.modelVersion)
        }
        return try ConfiguredVersion(version, config)
    }

    /// Replaces the configuration; what the request leaves out gets its default. Other schemas begin the conversion anew,
    /// because what it makes has their names.
    /// - Throws: `Refusal`: notFound, `workspace_archived`, stale, invalid naming field and rule.
    func configure(
        _ id: ModelVersionID, _ request: ModelConfigRequest, ifRevision: Int64?, by principal: Principal
    ) async throws -> ConfiguredVersion {
        let input = try request.inputSchema.map { try ModelSchema(base64: $0, field: "input_schema") }
        let output = try request.outputSchema.map { try ModelSchema(base64: $0, field: "output_schema") }
        let now = time.now()
        defer { wakeConversions() }
        return try await Self.unlessDeleted(.modelConfigsVersion) {
            try await database.change(
                as: principal, .modelConfigUpdate,
                on: { AuditSubject(.modelVersion, id, in: $0.version.workspaceID) }
            ) { tx in
                guard let version = try tx.run(.modelVersion(id)) else { throw Refusal.notFound(.modelVersion) }
                try Workspaces.requireOpen(version.workspaceID, tx)
                try ModelSchema.require(version.framework, input: input, output: output)
                let before = try tx.run(.modelConfig(id))
                let config = ModelConfig(
                    version: id, runtime: try ModelConfigRules.runtime(request.runtime, of: version),
                    tensorFields: try ModelConfigRules.tensorFields(request.tensorFields, of: version, input),
                    batchConfig: try ModelConfigRules.batchConfig(request.batchConfig),
                    filterThreshold: try ModelConfigRules.filterThreshold(request.filterThreshold),
                    inputSchema: input?.message, outputSchema: output?.message)
                guard try tx.run(.setModelConfig(config, ifRevision: ifRevision, by: principal.userID, at: now)) == 1
                else { throw Refusal.stale }
                guard let stored = try tx.run(.modelConfig(id)) else { throw Refusal.notFound(.modelVersion) }
                if try Self.needsConversion(version, from: before, to: stored) {
                    _ = try tx.run(.restartConversion(of: id, at: now))
                }
                return try ConfiguredVersion(try tx.run(.modelVersion(id)) ?? version, stored)
            }
        }
    }

    /// A converter reads the schemas, and a file that it made has the names that stood there.
    private static func needsConversion(_ version: ModelVersion, from old: ModelConfig?, to new: ModelConfig) throws
        -> Bool
    {
        guard ConversionState.first(of: version.framework) == .pendingNative else { return false }
        return try ConverterSchemas.json(old) != ConverterSchemas.json(new)
    }
}

/// A version with its configuration, and what follows from both.
struct ConfiguredVersion: Sendable {
    let version: ModelVersion
    let config: ModelConfig
    let input: ModelSchema?
    let output: ModelSchema?
    /// What the model's inputs are called: as it was asked for, or as in the file (MODEL-63).
    let inputNames: [String]

    init(_ version: ModelVersion, _ config: ModelConfig) throws {
        self.version = version
        self.config = config
        input = try config.inputSchema.map { try ModelSchema(message: $0, field: "input_schema") }
        output = try config.outputSchema.map { try ModelSchema(message: $0, field: "output_schema") }
        inputNames =
            try config.tensorFields ?? input?.schema.fields.map(\.name)
            ?? ModelConfigRules.inspection(of: version).inputs.map(\.name)
    }

    /// The runtime that it ended up with; before that the one that was asked for (MODEL-17).
    var runtime: ModelRuntime { version.status == .ready ? version.runtime : config.runtime ?? version.runtime }
}

/// What a configuration may say.
enum ModelConfigRules {
    static func inspection(of version: ModelVersion) throws -> ModelInspection {
        try JSONDecoder().decode(ModelInspection.self, from: Data(version.inspection.text.utf8))
    }

    /// One of those that the framework can have (MODEL-59); once the version is ready, the one that it has.
    static func runtime(_ text: String?, of version: ModelVersion) throws(Refusal) -> ModelRuntime? {
        guard let text else { return nil }
        let framework = version.framework
        guard let runtime = ModelRuntime(rawValue: text), framework.runtimes.contains(runtime) else {
            let names = framework.runtimes.map(\.rawValue).joined(separator: ", ")
            throw .invalid("runtime", "one_of", "a model of \(framework.rawValue) has one of \(names)")
        }
        guard version.status != .ready || runtime == version.runtime else {
            throw .invalid("runtime", "converted", "the version was made runnable as \(version.runtime.rawValue)")
        }
        return runtime
    }

    /// As many as the model has inputs (MODEL-60): by the file, or by the schema when the file does not tell.
    static func tensorFields(_ names: [String]?, of version: ModelVersion, _ input: ModelSchema?) throws -> [String]? {
        guard let names else { return nil }
        let found = try inspection(of: version).inputs.count
        let count = found > 0 ? found : input?.schema.fields.count ?? 0
        guard names.count == count else {
            throw Refusal.invalid(
                "tensor_fields", "count", "\(count) names, because the model has as many inputs; not \(names.count)")
        }
        for (index, name) in names.enumerated() {
            _ = try Text.name(name, field: "tensor_fields[\(index)]")
        }
        guard Set(names).count == names.count else {
            throw Refusal.invalid("tensor_fields", "unique", "names that differ from each other")
        }
        return names
    }

    static func batchConfig(_ text: String?) throws(Refusal) -> BatchMode? {
        guard let text else { return nil }
        guard let mode = BatchMode(rawValue: text) else {
            throw .invalid("batch_config", "one_of", "single, or null for several rows")
        }
        return mode
    }

    static func filterThreshold(_ value: Double?) throws(Refusal) -> Double? {
        guard value?.isFinite ?? true else { throw .invalid("filter_threshold", "finite", "a finite number") }
        return value
    }
}
