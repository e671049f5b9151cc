package import Auth
package import Domain
import HTTPTypes
package import Hummingbird
package import Logging
package import Persistence
package import Registry

/// Everything that routes need, made once by `DroverServer`.
package struct Services: Sendable {
    package let database: Database
    package let registry: RegistryClient
    package let authenticator: Authenticator
    package let tokens: AccessTokens
    package let sessions: Sessions
    package let endpoints: OIDCEndpoints
    package let sealing: SealingKeyring
    package let fingerprints: FingerprintKey
    package let metrics: HTTPMetrics
    package let inspection: TokenInspection
    package let pages: PageServices
    package let users: Users
    package let clientAddresses: ClientAddresses
    package let workspaces: Workspaces
    package let quotas: Quotas
    package let models: Models
    package let pipelines: Pipelines
    package let publishes: Publishes
    package let edges: Edges
    package let pipelineLogs: PipelineLogs
    package let connections: Connections
    package let modelRegistries: ModelRegistries
    package let workspaceCredentials: WorkspaceCredentials
    package let audit: Audit
    package let tags: Tags
    package let apiTokens: APITokens
    package let serviceAccounts: ServiceAccounts
    package let attestation: Attestation
    package let edgeLogs: EdgeLogs
    package let edgeIdentities: EdgeIdentities
    package let time: any TimeSource
    package let random: any RandomSource
    package let logger: Logger
}

/// The two routers. Every route of Drover is named in one of these functions or in the `add(to:)` that they call.
package enum Routers {
    /// The API port.
    package static func api(_ services: Services) -> Router<AppContext> {
        let router = Router(context: AppContext.self)
        router.add(middleware: EntryMiddleware<AppContext>(metrics: services.metrics, logger: services.logger))
        HealthRoutes(database: services.database, registry: services.registry, metrics: services.metrics).add(
            to: router)
        OpenAPIRoutes().add(to: router)
        addOpen(services, to: router.group().add(middleware: OriginMiddleware(addresses: services.clientAddresses)))
        addSignedIn(services, to: router)
        router.add(middleware: MethodMiddleware<AppContext>(router.routes))
        return router
    }

    /// What nobody need be signed in for, or proves who they are in a way of its own.
    private static func addOpen(_ services: Services, to group: RouterGroup<AppContext>) {
        OIDCRoutes(
            sessions: services.sessions, devices: services.pages.devices, tokens: services.tokens,
            endpoints: services.endpoints, requests: services.pages.requests
        ).add(to: group)
        TokenRoutes(inspection: services.inspection, tokens: services.tokens, users: services.users).add(open: group)
        services.pages.add(to: group)
        PasswordRoutes(users: services.users).add(open: group)
    }

    /// What a principal is needed for.
    private static func addSignedIn(_ services: Services, to router: Router<AppContext>) {
        let bearer = BearerMiddleware(
            authenticator: services.authenticator, origins: OriginMiddleware(addresses: services.clientAddresses))
        TokenRoutes(inspection: services.inspection, tokens: services.tokens, users: services.users).add(
            to: router.group().add(middleware: bearer).group(context: TenantContext.self))
        RealmUserRoutes(users: services.users).add(
            to: router.group().add(middleware: bearer).group(context: TenantContext.self)
                .add(middleware: ChangeMiddleware(audit: services.audit, idempotency: nil)))
        let idempotency = IdempotencyMiddleware(
            database: services.database, sealing: services.sealing, fingerprints: services.fingerprints,
            time: services.time, random: services.random)
        addResources(
            services,
            to: router.group("api/v1").add(middleware: bearer).group(context: TenantContext.self)
                .add(middleware: ChangeMiddleware(audit: services.audit, idempotency: idempotency)))
    }

    private static func addResources(_ services: Services, to api: RouterGroup<TenantContext>) {
        UserRoutes(users: services.users).add(to: api)
        IdentityRoutes(users: services.users).add(to: api)
        PasswordRoutes(users: services.users).add(to: api)
        WorkspaceRoutes(workspaces: services.workspaces).add(to: api)
        QuotaRoutes(quotas: services.quotas).add(to: api)
        ModelRoutes(models: services.models).add(to: api)
        ModelConfigRoutes(models: services.models).add(to: api)
        ConversionRoutes(models: services.models).add(to: api)
        ImageRoutes(models: services.models).add(to: api)
        PipelineRoutes(pipelines: services.pipelines).add(to: api)
        PublishRoutes(publishes: services.publishes).add(to: api)
        EdgeRoutes(edges: services.edges, time: services.time).add(to: api)
        LogRoutes(logs: services.pipelineLogs).add(to: api)
        AuditRoutes(audit: services.audit).add(to: api)
        ConnectionRoutes(connections: services.connections).add(to: api)
        ModelRegistryRoutes(registries: services.modelRegistries).add(to: api)
        RegistryReadingRoutes(registries: services.modelRegistries).add(to: api)
        RegistryCredentialsRoutes(credentials: services.workspaceCredentials).add(to: api)
        TagRoutes(tags: services.tags).add(to: api)
        APITokenRoutes(tokens: services.apiTokens).add(to: api)
        ServiceAccountRoutes(accounts: services.serviceAccounts).add(to: api)
    }

    /// The edge port.
    package static func edgePort(_ services: Services) -> Router<EdgePortContext> {
        let router = Router(context: EdgePortContext.self)
        router.add(middleware: EntryMiddleware<EdgePortContext>(metrics: services.metrics, logger: services.logger))
        router.get("healthz") { _, _ in Response(json: HealthRoutes.healthy) }
        EdgePortRoutes(
            attestation: services.attestation, logs: services.edgeLogs, identities: services.edgeIdentities,
            addresses: services.clientAddresses
        ).add(to: router)
        router.add(middleware: MethodMiddleware<EdgePortContext>(router.routes))
        return router
    }
}
