/// One setting: its key in the configuration file, and what follows from it on the command line and in the environment.
struct Setting: Sendable {
    /// Dotted, lower case: `http.port`.
    let key: String
    /// As text for the table; `-` for none.
    let fallback: String
    let isSecret: Bool
    let meaning: String
    /// Settings that other tools know under the same name stand in the environment without our prefix.
    let hasPrefix: Bool

    init(_ key: String, _ fallback: String, secret: Bool = false, prefix: Bool = true, _ meaning: String) {
        self.key = key
        self.fallback = fallback
        self.isSecret = secret
        self.hasPrefix = prefix
        self.meaning = meaning
    }

    /// A matter of yes or no.
    var isFlag: Bool { fallback == "false" }
    /// `--http-port`
    var flag: String { "--" + key.replacing(".", with: "-") }
    /// `DROVER_HTTP_PORT`, `DATABASE_URL`
    var variable: String { (hasPrefix ? "DROVER_" : "") + key.replacing(".", with: "_").uppercased() }

    /// All of them; docs/settings.md is made from this list.
    static let all: [Setting] = [
        Setting(
            "database.url", "-", secret: true, prefix: false,
            "Connection string or URI of the server's own role, which owns nothing. Not with `--embedded`."),
        Setting(
            "database.owner.url", "-", secret: true, prefix: false,
            "Connection string of the role that owns the schema; only `drover migrate` uses it."),
        Setting("oci.registry", "-", prefix: false, "`host[:port]` of the OCI registry. Not with `--embedded`."),
        Setting("oci.repository", "empty", prefix: false, "What stands before `models/`, `pipelines/` and `charts/`."),
        Setting("oci.username", "-", prefix: false, "User name at the registry (`_json_key_base64` for Google's)."),
        Setting("oci.password", "-", secret: true, prefix: false, "Password or token at the registry."),
        Setting("oci.insecure", "false", prefix: false, "Plain http to a registry that is not on loopback."),
        Setting("oci.plain.http", "false", prefix: false, "Plain http; needs loopback or `oci.insecure`."),
        Setting("oci.ca.file", "-", prefix: false, "PEM file with more authorities to trust at the registry."),
        Setting(
            "oci.upload.mode", "by host", prefix: false,
            """
            How uploaded models travel: `stream` (one pass, as docker does) or `monolithic` (spooled, unless length and \
            digest are known before). `monolithic` for ghcr.io, gcr.io, pkg.dev, amazonaws.com and public.ecr.aws, else `stream`.
            """),
        Setting("oci.spool.directory", "/tmp", prefix: false, "Where `monolithic` uploads are spooled."),
        Setting(
            "oci.spool.max.bytes", "17179869184", prefix: false, "Largest file that a `monolithic` upload may have."),
        Setting("http.host", "127.0.0.1", "Address of the API port."),
        Setting("http.port", "8080", "The API port."),
        Setting(
            "http.trusted.proxies", "-",
            "Addresses or networks (`10.0.0.0/8`), with commas between, whose `X-Forwarded-For` is taken."),
        Setting(
            "public.url", "http://localhost:<http.port>", "Where people and the SDK reach the API; the token issuer."),
        Setting(
            "oidc.redirect.uris", "-",
            "Where sign-in may send browsers back to, besides this computer's own addresses: exact, separated by spaces."
        ),
        Setting(
            "oidc.signing.key.days", "90", "A key that signs access tokens is replaced after so many days; 0 is never."),
        Setting(
            "oidc.external.issuer", "-",
            "Another OpenID provider that people sign in through; its issuer, letter for letter."),
        Setting("oidc.external.client.id", "-", "Client id at that provider."),
        Setting("oidc.external.client.secret", "-", secret: true, "Client secret there; none for a public client."),
        Setting("oidc.external.name", "<host>", "What the button says after \"Sign in with\"."),
        Setting("oidc.external.scopes", "openid email profile", "What is asked for, separated by spaces."),
        Setting("oidc.external.groups.claim", "groups", "Claim with the groups; dots lead into objects."),
        Setting(
            "oidc.external.admin.group", "-",
            "Members are administrators and others are not, from each sign-in there; not set, nothing changes."),
        Setting(
            "oidc.external.verified.claim", "email_verified", "Claim that says that the e-mail address was verified."),
        Setting(
            "oidc.external.domains", "-", "Domains of e-mail addresses that may come in, with commas between."),
        Setting(
            "oidc.external.audience", "-",
            "Audience of that provider's access tokens that are taken as bearer tokens; not the client id."),
        Setting("oidc.external.ca.file", "-", "PEM file with more authorities to trust at that provider."),
        Setting("edge.host", "127.0.0.1", "Address of the edge port."),
        Setting("edge.port", "8443", "The edge port (TLS 1.3, mTLS)."),
        Setting("edge.public.host", "localhost:<edge.port>", "`host[:port][/path]` of the edge port in EDGE_BUNDLE."),
        Setting("edge.certificate", "-", "PEM chain for the edge port instead of a certificate of the built-in CA."),
        Setting("edge.key", "-", "PEM private key for `edge.certificate`."),
        Setting(
            "trust.domain", "drover.local", "SPIFFE trust domain of the edges; fixed once the first edge has joined."),
        Setting("engine.image", "<registry>/engine:<version>", "Image reference that publishes name as their engine."),
        Setting(
            "secret.key", "-", secret: true,
            "32 bytes in hex or base64 that seal private keys; one a line, newest first."),
        Setting("secret.key.file", "<data>/secret.key", "File with the same; made by `--embedded` when it is missing."),
        Setting("upload.max.bytes", "68719476736", "Largest model file."),
        Setting(
            "quota.bytes", "0",
            "Bytes of model files that a workspace may hold, unless an administrator set its quota; 0 is any number."),
        Setting(
            "conversion.python", "-",
            "Python interpreter that has the converters (`skl2onnx` and so on); without it no native conversions."),
        Setting("conversion.seconds", "540", "How long a native conversion may take, also in processor time."),
        Setting(
            "conversion.memory.bytes", "4294967296",
            "Memory that a native conversion may use, its files in memory included."),
        Setting("converters", "Converters", "Directory of `convert.py`."),
        Setting(
            "model.registry.addresses", "-",
            "Addresses or networks, with commas between, of model registries on this machine or on link-local networks."
        ),
        Setting(
            "model.registry.private.networks", "true",
            "Whether model registries may be on private networks; `model.registry.addresses` lists exceptions."),
        Setting("model.registry.ca.file", "-", "PEM file with more authorities to trust at model registries."),
        Setting("users.active.limit", "-", "How many active users there may be; deactivated ones don't count."),
        Setting(
            "audit.days", "400", "Rows of the audit are deleted after so many days, at least 30; 0 keeps them for ever."
        ),
        Setting("admin.email", "-", "First administrator, made on an empty database."),
        Setting("admin.password", "-", secret: true, "The first administrator's password."),
        Setting("migrations", "Migrations", "Directory of the numbered SQL files."),
        Setting("log.level", "info", "`trace`, `debug`, `info`, `notice`, `warning` or `error`."),
        Setting("data", "-", "Directory of `--embedded`: database, registry, keys."),
        Setting(
            "embedded.registry.port", "5555", "Loopback port of the embedded registry; part of every artifact's name."),
    ]
}
