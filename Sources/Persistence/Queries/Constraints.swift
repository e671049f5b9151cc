/// Names of constraints that stand for a refusal. A test asserts that each exists in the database.
package enum Constraint: String, CaseIterable, Sendable {
    case usersEmail = "users_email_uq"
    case edgesName = "edges_name_uq"
    case modelsName = "models_workspace_id_name_uq"
    case pipelinesName = "pipelines_workspace_id_name_uq"
    case workspaceMembers = "workspace_members_pkey"
    case workspaceMembersUser = "workspace_members_user_id_fkey"
    case joinTokensLive = "join_tokens_live_uq"
    case connectionsName = "connections_name_uq"
    case workspaceConnectionsConnection = "workspace_connections_connection_id_fkey"
    case workspaceModelRegistriesRegistry = "workspace_model_registries_registry_id_fkey"
    case registryCredentials = "workspace_registry_credentials_pkey"
    case registryCredentialsWorkspace = "workspace_registry_credentials_workspace_id_fkey"
    case deviceUserCode = "device_codes_user_code_sha256_uq"
    case tagsText = "tags_tag_uq"
    case modelVersionTagsTag = "model_version_tags_tag_id_fkey"
    case modelVersionTagsVersion = "model_version_tags_version_fkey"
    case modelConfigsVersion = "model_configs_version_id_fkey"
    case pipelineVersionModelsModel = "pipeline_version_models_model_fkey"
    case workspaceQuotasWorkspace = "workspace_quotas_workspace_id_fkey"
    case pipelineTagsTag = "pipeline_tags_tag_id_fkey"
}

extension DatabaseError {
    /// Whether this is the violation of that constraint.
    package func violates(_ constraint: Constraint) -> Bool { self.constraint == constraint.rawValue }
}
