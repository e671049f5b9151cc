import Auth
package import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdCore
package import Logging
import MLflow
package import Persistence
import Processes
package import Registry

/// Puts the parts of a server together. Tests use it too, so that they test what runs.
package struct Assembly: Sendable {
    let settings: ServerSettings
    let logger: Logger
    let time: any TimeSource
    let random: any RandomSource

    package init(settings: ServerSettings, logger: Logger, time: any TimeSource, random: any RandomSource) {
        self.settings = settings
        self.logger = logger
        self.time = time
        self.random = random
    }

    /// What `DroverServer` runs.
    package struct Parts: Sendable {
        package let services: Services
        package let publishWorker: PublishWorker
        package let conversionWorker: ConversionWorker
        package let sweeper: Sweeper
        package let userNotices: UserNotices
        package let signingKeyKeeper: SigningKeyKeeper
        /// Connections to another sign-in provider, to be closed last.
        let externalHTTP: ExternalConnections?
        let edgeServer: HTTPServerBuilder
    }

    /// Reads or makes keys and first administrator, and builds every service.
    /// - Throws: `AuthError`, `DatabaseError`, `Refusal`.
    package func services(database: Database, registry: RegistryClient, wakeUp: WakeUp) async throws -> Parts {
        let hasher = PasswordHasher(random: random)
        let passwords = PasswordSignIn(database: database, hasher: hasher, time: time)
        let accounts = Accounts(
            database: database, hasher: hasher, time: time, random: random, activeLimit: settings.activeUserLimit)
        if let first = settings.firstAdministrator,
            try await accounts.createFirstAdministrator(email: first.email, password: first.password)
        {
            logger.notice("first administrator created", metadata: ["email": "\(first.email)"])
        }
        let keys = InstanceKeys(database: database, sealing: settings.sealing, time: time, random: random)
        let authority = try await keys.certificateAuthority(trustDomain: settings.trustDomain)
        let endpoints = OIDCEndpoints(baseURL: settings.publicURL)
        let tokens = try await AccessTokens(
            settings: .init(issuer: endpoints.issuer), keys: try await keys.signingKeys(), time: time, random: random)
        tokens.readUnknownKeys { try await keys.signingKeys() }
        let signIns = SignIns(database: database, tokens: tokens, time: time, random: random)
        let (external, externalHTTP) = try externalSignIn(accounts, endpoints)
        let authenticator = Authenticator(
            tokens: tokens, time: time, external: external.flatMap { ExternalBearer($0, database: database) },
            apiTokens: APITokenLookup(database: database, time: time)
        ) { id in
            try await signIns.account(id)
        }
        let apiTokens = APITokens(database: database, time: time, random: random, authenticator: authenticator)
        let identities = EdgeIdentities(verifier: try EdgeCertificateVerifier([authority]), time: time)
        let edgeTLS = EdgePortTLS(authority: authority, identities: identities, time: time, random: random)
        let edgeSettings = EdgeSettings(
            trustDomain: settings.trustDomain, opsCenterHost: settings.opsCenterHost,
            opsCASHA256: settings.edgeCertificate == nil ? authority.certificateSHA256.hex : nil)
        let access = RegistryAccess(instance: registry, database: database, sealing: settings.sealing)
        let quotas = Quotas(database: database, defaultBytes: settings.quotaBytes, time: time)
        let conversions = conversionWorker(database, access, quotas)
        let models = Models(
            database: database, registryAccess: access, settings: .init(maxUploadBytes: settings.maxUploadBytes),
            time: time, random: random, wakeConversions: { conversions.wake() }, quotas: quotas,
            wakeRemovals: { wakeUp.signal() })
        let users = Users(
            database: database, accounts: accounts, passwords: passwords, authenticator: authenticator,
            publicURL: settings.publicURL)
        let services = Services(
            database: database, registry: registry,
            authenticator: authenticator, tokens: tokens,
            sessions: Sessions(database: database, passwords: passwords, tokens: tokens, time: time, random: random),
            endpoints: endpoints, sealing: settings.sealing, fingerprints: try await keys.fingerprintKey(),
            metrics: HTTPMetrics(),
            inspection: TokenInspection(database: database, tokens: tokens, authenticator: authenticator, time: time),
            pages: try pages(database, signIns, passwords, tokens, endpoints, users, apiTokens, external),
            users: users,
            clientAddresses: ClientAddresses(trusted: settings.trustedProxies),
            workspaces: Workspaces(database: database, time: time), quotas: quotas,
            models: models, pipelines: Pipelines(database: database, time: time, random: random),
            publishes: Publishes(
                database: database, registryAccess: access,
                settings: .init(registryRoot: settings.registry.root, engineURL: settings.engineURL), time: time,
                wake: { wakeUp.signal() }),
            edges: Edges(database: database, settings: edgeSettings, time: time, random: random),
            pipelineLogs: PipelineLogs(database: database, making: Gate(places: 3, queueLimit: 100)),
            connections: Connections(
                database: database, sealing: settings.sealing, time: time, random: random),
            modelRegistries: try modelRegistries(database, models),
            workspaceCredentials: WorkspaceCredentials(
                database: database, access: access, sealing: settings.sealing, failures: FailureBuckets(), time: time,
                random: random),
            audit: Audit(database: database),
            tags: Tags(database: database, time: time), apiTokens: apiTokens,
            serviceAccounts: ServiceAccounts(
                database: database, time: time, random: random, authenticator: authenticator),
            attestation: Attestation(
                database: database, authority: authority, settings: edgeSettings, failures: FailureBuckets(),
                time: time,
                random: random),
            edgeLogs: EdgeLogs(
                database: database, time: time, clock: ContinuousClock(),
                unpacking: Gate(places: 3, queueLimit: BatchesInHand.maxOfAll)), edgeIdentities: identities, time: time,
            random: random,
            logger: logger)
        let worker = PublishWorker(
            database: database, registryAccess: access,
            signing: PublishSigning(
                database: database, keys: keys, publicURL: settings.publicURL, time: time),
            engineImage: try EngineImage(reference: settings.engineURL),
            time: time, random: random, clock: ContinuousClock(), logger: logger, wakeUp: wakeUp)
        return Parts(
            services: services, publishWorker: worker, conversionWorker: conversions,
            sweeper: Sweeper(
                database: database, auditDays: settings.auditDays, time: time, clock: ContinuousClock(), logger: logger),
            userNotices: UserNotices(database: database, authenticator: services.authenticator),
            signingKeyKeeper: SigningKeyKeeper(
                keys: keys, tokens: tokens, rotationDays: settings.signingKeyDays, clock: ContinuousClock(),
                logger: logger), externalHTTP: externalHTTP,
            edgeServer: try edgeTLS.server(hosts: settings.edgeHosts, files: settings.edgeCertificate))
    }

    private func conversionWorker(
        _ database: Database, _ access: RegistryAccess, _ quotas: Quotas
    ) -> ConversionWorker {
        let settings = settings.conversion
        let native = settings.python.map { python in
            NativeConverter(
                sandbox: SandboxCommand(python: python, script: settings.script), settings: settings,
                maxUploadBytes: self.settings.maxUploadBytes, random: random, clock: ContinuousClock())
        }
        return ConversionWorker(
            database: database, registryAccess: access, native: native, quotas: quotas, time: time, random: random,
            clock: ContinuousClock(), logger: logger)
    }

    private func modelRegistries(_ database: Database, _ models: Models) throws -> ModelRegistries {
        let rules = AddressRules(
            listed: settings.modelRegistryAddresses, closesPrivate: !settings.modelRegistryPrivateNetworks)
        return ModelRegistries(
            database: database, sealing: settings.sealing, rules: rules,
            mlflow: try MLflow(caFile: settings.modelRegistryCAFile) { rules.permits($0) }, models: models, time: time,
            random: random)
    }

    private func pages(
        _ database: Database, _ signIns: SignIns, _ passwords: PasswordSignIn, _ tokens: AccessTokens,
        _ endpoints: OIDCEndpoints, _ users: Users, _ apiTokens: APITokens, _ external: ExternalSignIn?
    ) throws -> PageServices {
        PageServices(
            pages: try Pages(),
            requests: PageRequests(
                signIns: signIns, cookies: PageCookies(publicURL: settings.publicURL),
                clientAddresses: ClientAddresses(trusted: settings.trustedProxies)),
            passwords: passwords,
            devices: DeviceAuthorizations(database: database, endpoints: endpoints, time: time, random: random),
            codes: AuthorizationCodes(database: database, time: time, random: random),
            redirects: settings.redirectURIs, tokens: tokens, users: users, apiTokens: apiTokens,
            issuer: endpoints.issuer, external: external)
    }

    private func externalSignIn(
        _ accounts: Accounts, _ endpoints: OIDCEndpoints
    ) throws -> (ExternalSignIn?, ExternalConnections?) {
        guard let external = settings.external else { return (nil, nil) }
        let http = try ProviderHTTP(caFile: external.caFile)
        let signIn = ExternalSignIn(
            external, http: http, accounts: accounts, sealing: settings.sealing, endpoints: endpoints, time: time,
            random: random, logger: logger)
        return (signIn, ExternalConnections(http: http))
    }
}
