package import FoundationEssentials

/// How many rows a request to a model may have (MODEL-61); several unless said otherwise.
package enum BatchMode: String, Sendable, Codable, CaseIterable {
    /// Exactly one row a request.
    case single
}

/// How a model version is run; may be changed after the upload (MODEL-58).
package struct ModelConfig: Sendable, Hashable {
    package let version: ModelVersionID
    /// The runtime that was asked for; `nil` leaves it to the framework (MODEL-59).
    package var runtime: ModelRuntime?
    /// Other names for the inputs, one for each, in the model's order (MODEL-60).
    package var tensorFields: [String]?
    package var batchConfig: BatchMode?
    package var filterThreshold: Double?
    /// Encapsulated Arrow schema messages (MODEL-62).
    package var inputSchema: [UInt8]?
    package var outputSchema: [UInt8]?
    /// Counts changes; 0 for a version that has never been configured.
    package let revision: Int64
    package let updatedAt: Date?

    package init(
        version: ModelVersionID, runtime: ModelRuntime? = nil, tensorFields: [String]? = nil,
        batchConfig: BatchMode? = nil, filterThreshold: Double? = nil, inputSchema: [UInt8]? = nil,
        outputSchema: [UInt8]? = nil, revision: Int64 = 0, updatedAt: Date? = nil
    ) {
        self.version = version
        self.runtime = runtime
        self.tensorFields = tensorFields
        self.batchConfig = batchConfig
        self.filterThreshold = filterThreshold
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.revision = revision
        self.updatedAt = updatedAt
    }
}
