package import FoundationEssentials

/// Where a model version stands on its way to a runtime, in the words of the SDK's wire (MODEL-20, sdk-wire 4.4).
package enum ConversionState: String, Sendable, Codable, CaseIterable {
    case pendingNative = "pending_load_native"
    case attemptingNative = "attempting_load_native"
    case pendingContainer = "pending_load_container"
    case attemptingContainer = "attempting_load_container"
    case ready, error

    /// Where a new version of the framework begins; `nil` when it runs as it is (MODEL-16).
    package static func first(of framework: ModelFramework) -> ConversionState? {
        if framework.isNative { return nil }
        return framework.runtimes.contains(.onnx) ? .pendingNative : .pendingContainer
    }

    /// The states in which a native form is wanted.
    package static let native: [ConversionState] = [.pendingNative, .attemptingNative]
    /// The states in which a container is.
    package static let container: [ConversionState] = [.pendingContainer, .attemptingContainer]

    /// The states that this one may follow. An attempt follows itself when a server died in it.
    package var predecessors: [ConversionState] {
        switch self {
        case .pendingNative: []
        case .attemptingNative: [.pendingNative, .attemptingNative]
        case .pendingContainer: [.pendingNative, .attemptingNative]
        case .attemptingContainer: [.pendingContainer, .attemptingContainer]
        case .ready: [.attemptingNative, .attemptingContainer]
        case .error: [.pendingNative, .attemptingNative, .pendingContainer, .attemptingContainer]
        }
    }

    /// Whether nothing follows.
    package var isEnd: Bool { self == .ready || self == .error }

    /// What the version's own status says meanwhile (MODEL-18).
    package var versionStatus: ModelVersionStatus {
        switch self {
        case .pendingNative: .pendingConversion
        case .attemptingNative, .pendingContainer, .attemptingContainer: .converting
        case .ready: .ready
        case .error: .error
        }
    }
}

/// The file that a conversion made: a blob of the version's repository.
package struct ConvertedFile: Sendable, Hashable {
    package let sha256: Digest
    package let sizeBytes: Int64
    /// The manifest that keeps the blob from being collected.
    package let manifestDigest: Digest

    package init(sha256: Digest, sizeBytes: Int64, manifestDigest: Digest) {
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
        self.manifestDigest = manifestDigest
    }
}

/// How a model version became runnable, or is becoming it.
package struct Conversion: Sendable, Hashable {
    package let version: ModelVersionID
    package let state: ConversionState
    package let status: ModelVersionStatus
    package let runtime: ModelRuntime
    /// What is being done: `queued`, `fetch`, words of the converter, `store`, `container` or `done`.
    package let step: String
    /// 0…100 of the current attempt.
    package let percent: Int
    /// Why there is no native form, for people; only when it was tried or wanted.
    package let reason: String?
    /// Why it can't be run at all, for people; before that, what the last try ended with.
    package let error: String?
    /// How often it was taken up.
    package let attempts: Int64
    package let history: [Step]
    package let file: ConvertedFile?
    /// What was learned from the converted file: the JSON of a `ModelInspection`.
    package let inspection: JSONText?
    package let updatedAt: Date

    /// A state that was reached, and when.
    package struct Step: Sendable, Hashable, Codable {
        package let state: ConversionState
        /// Seconds since 1970.
        package let at: Double
        package var time: Date { Date(timeIntervalSince1970: at) }

        package init(state: ConversionState, at: Double) {
            self.state = state
            self.at = at
        }
    }

    package init(
        version: ModelVersionID, state: ConversionState, status: ModelVersionStatus, runtime: ModelRuntime,
        step: String, percent: Int, reason: String?, error: String?, attempts: Int64, history: [Step],
        file: ConvertedFile?, inspection: JSONText?, updatedAt: Date
    ) {
        self.version = version
        self.state = state
        self.status = status
        self.runtime = runtime
        self.step = step
        self.percent = percent
        self.reason = reason
        self.error = error
        self.attempts = attempts
        self.history = history
        self.file = file
        self.inspection = inspection
        self.updatedAt = updatedAt
    }
}
