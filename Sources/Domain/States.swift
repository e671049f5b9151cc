/// A user's role in one workspace (WS-11). The wire says `OWNER`/`COLLABORATOR` in the SDK and `owner`/`collaborator` here.
package enum WorkspaceRole: String, Sendable, Codable, CaseIterable {
    case owner, collaborator
}

/// Where a model version stands on its way to being usable (MODEL-18).
package enum ModelVersionStatus: String, Sendable, Codable, CaseIterable {
    case pendingConversion = "pending_conversion"
    case converting, ready, error
}

/// How a model version is run (MODEL-14).
package enum ModelRuntime: String, Sendable, Codable, CaseIterable {
    case onnx, tensorflow, python, flight, mlflow
}

/// The processor a model version is built for (MODEL-05).
package enum Architecture: String, Sendable, Codable, CaseIterable {
    case x86, arm
}

/// The hardware that speeds a model version up, beside its processor (sdk-wire 3.2.1).
package enum Accelerator: String, Sendable, Codable, CaseIterable {
    case none, aio, cuda, jetson, openvino

    /// Ampere's and Jetson's are ARM machines, OpenVINO's are Intel's; CUDA runs on both.
    package var architectures: [Architecture] {
        switch self {
        case .none, .cuda: [.x86, .arm]
        case .aio, .jetson: [.arm]
        case .openvino: [.x86]
        }
    }
}

/// A publish's life: `PendingPublish` and `Published` are the seeds' words (PUB-06), the other two complete them.
package enum PublishStatus: String, Sendable, Codable, CaseIterable {
    case pending = "PendingPublish"
    case publishing = "Publishing"
    case published = "Published"
    case error = "Error"
}

/// What is known of an edge, derived from its row and the time.
package enum EdgeState: String, Sendable, Codable, CaseIterable {
    case neverJoined = "never_joined"
    case joined, stale, removed
}
