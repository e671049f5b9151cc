package import Auth
package import Domain
package import Registry

/// Everything the server is told, read once at start (docs/settings.md).
package struct ServerSettings: Sendable {
    /// libpq connection string of the server's own role, which owns nothing.
    package var database: Secret<String>
    package var registry: RegistrySettings
    /// Keys that seal what the database must not show in clear.
    package var sealing: SealingKeyring
    /// Where people and the SDK reach the API, without a trailing slash; the issuer of access tokens.
    package var publicURL: String
    package var api: Listener
    package var edge: Listener
    /// `host[:port][/path]` of the edge port as edges reach it (OPS-12).
    package var opsCenterHost: String
    /// DNS names and addresses for the edge port's certificate.
    package var edgeHosts: [String]
    /// PEM files for the edge port instead of a certificate of the built-in CA.
    package var edgeCertificate: CertificateFiles?
    package var trustDomain: String
    package var engineURL: String
    package var maxUploadBytes: Int64
    /// Where the authorization endpoint may send browsers, besides loopback.
    package var redirectURIs = RedirectURIs.loopback
    /// Another provider that people sign in through.
    package var external: ExternalSettings?
    /// How many days a key signs access tokens; 0 is for ever.
    package var signingKeyDays = 90
    /// After how many days rows of the audit are deleted, 30 or more; 0 keeps them for ever.
    package var auditDays = 400
    /// Made on an empty database.
    package var firstAdministrator: FirstAdministrator?
    /// How many active users there may be (USER-05); `nil` for any number.
    package var activeUserLimit: Int64?
    /// Bytes of model files that a workspace may hold when no administrator set another number; 0 is any.
    package var quotaBytes: Int64 = 0
    /// Proxies whose word about the client's address is taken.
    package var trustedProxies: [AddressRange] = []
    package var conversion = ConversionSettings()
    /// Addresses of model registries that the rules would refuse.
    package var modelRegistryAddresses: [AddressRange] = []
    /// Whether model registries may be on private networks.
    package var modelRegistryPrivateNetworks = true
    /// A PEM file with more authorities to trust at model registries.
    package var modelRegistryCAFile: String?
    package var pipelinedConnections = 2
    package var leasedConnections = 8

    package struct Listener: Sendable {
        package var host: String
        /// 0 takes a free port.
        package var port: Int
        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    package struct CertificateFiles: Sendable {
        package var chain: String
        package var key: String
        package init(chain: String, key: String) {
            self.chain = chain
            self.key = key
        }
    }

    package struct FirstAdministrator: Sendable {
        package var email: Email
        package var password: Password
        package init(email: Email, password: Password) {
            self.email = email
            self.password = password
        }
    }

    package init(
        database: Secret<String>, registry: RegistrySettings, sealing: SealingKeyring, publicURL: String, api: Listener,
        edge: Listener, opsCenterHost: String, edgeHosts: [String], trustDomain: String, engineURL: String,
        maxUploadBytes: Int64
    ) {
        self.database = database
        self.registry = registry
        self.sealing = sealing
        self.publicURL = publicURL
        self.api = api
        self.edge = edge
        self.opsCenterHost = opsCenterHost
        self.edgeHosts = edgeHosts
        self.trustDomain = trustDomain
        self.engineURL = engineURL
        self.maxUploadBytes = maxUploadBytes
    }
}
