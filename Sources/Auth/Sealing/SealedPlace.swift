package import Domain
package import Persistence

/// Where a sealed value stands. Its text is authenticated together with the value (`aad`), so that a value that is
/// moved to another row does not open there.
package enum SealedPlace: Sendable, Hashable {
    case instanceKey(InstanceKeyPurpose, id: String)
    case connectionDetails(ConnectionID)
    case modelRegistryToken(ModelRegistryID)
    case registryCredentials(of: WorkspaceID, registry: String)
    case keptAnswer(key: String, of: UserID)

    /// Never to be changed: values in databases are bound to it.
    package var aad: String {
        switch self {
        case .instanceKey(let purpose, let id): "instance_keys/\(purpose.rawValue)/\(id)"
        case .connectionDetails(let id): "connection_details/\(id)"
        case .modelRegistryToken(let id): "model_registry_tokens/\(id)"
        case .registryCredentials(let workspace, let registry):
            "workspace_registry_credentials/\(workspace)/\(registry)"
        case .keptAnswer(let key, let user): "idempotency_keys/\(user)/\(key)"
        }
    }
}
