import Auth
import ControlPlane
import Domain
import FoundationEssentials
import Glibc
import Registry

/// What `--embedded` provides by itself.
struct EmbeddedEndpoints: Sendable {
    let database: Secret<String>
    let registryHost: String
    let secretKeyFile: String
}

extension ServerSettings {
    /// - Throws: `Refusal.invalid` naming the setting; `AuthError` for a sealing key that is none.
    init(_ reader: SettingsReader, embedded: EmbeddedEndpoints?) throws {
        let registry = try RegistrySettings(reader, embedded: embedded)
        let http = try Listener(reader, "http", default: 8080)
        let edge = try Listener(reader, "edge", default: 8443)
        let edgePublic = try PublicHost(
            reader.text("edge.public.host") ?? "localhost:\(edge.port)", setting: "edge.public.host")
        self.init(
            database: try embedded?.database ?? Secret(reader.required("database.url")), registry: registry,
            sealing: try SealingKeyring(reader, embedded: embedded),
            publicURL: reader.text("public.url") ?? "http://localhost:\(http.port)",
            api: http, edge: edge, opsCenterHost: edgePublic.text,
            edgeHosts: Set([edgePublic.host, "localhost", "127.0.0.1"]).sorted(),
            trustDomain: reader.text("trust.domain") ?? "drover.local",
            engineURL: reader.text("engine.image") ?? "\(registry.root)/engine:\(DroverVersion.current)",
            maxUploadBytes: try reader.integer("upload.max.bytes", 1...(1 << 50), default: 64 << 30))
        quotaBytes = try reader.integer("quota.bytes", 0...(1 << 62), default: 0)
        activeUserLimit = try Self.activeUserLimit(reader)
        conversion = try ConversionSettings(reader)
        trustedProxies = try (reader.text("http.trusted.proxies") ?? "").split { $0 == "," || $0 == " " }
            .map { try AddressRange(String($0), field: "http.trusted.proxies") }
        modelRegistryAddresses = try (reader.text("model.registry.addresses") ?? "").split { $0 == "," || $0 == " " }
            .map { try AddressRange(String($0), field: "model.registry.addresses") }
        if reader.text("model.registry.private.networks") != nil {
            modelRegistryPrivateNetworks = try reader.flag("model.registry.private.networks")
        }
        modelRegistryCAFile = reader.text("model.registry.ca.file")
        redirectURIs = try RedirectURIs(
            (reader.text("oidc.redirect.uris") ?? "").split(separator: " ").map(String.init))
        signingKeyDays = Int(try reader.integer("oidc.signing.key.days", 0...36_500, default: 90))
        auditDays = try Self.auditDays(reader)
        external = try ExternalSettings(reader)
        if let chain = reader.text("edge.certificate") {
            edgeCertificate = CertificateFiles(chain: chain, key: try reader.required("edge.key"))
        }
        if let email = reader.text("admin.email") {
            firstAdministrator = FirstAdministrator(
                email: try Email(email, field: "admin.email"),
                password: try Password(Secret(try reader.required("admin.password")), field: "admin.password"))
        }
    }

    /// `nil` for any number.
    /// - Throws: `Refusal.invalid`.
    static func activeUserLimit(_ reader: SettingsReader) throws(Refusal) -> Int64? {
        guard reader.text("users.active.limit") != nil else { return nil }
        return try reader.integer("users.active.limit", 1...1_000_000_000, default: 1)
    }

    /// 0 is for ever. The database refuses to delete what is younger than 30 days.
    /// - Throws: `Refusal.invalid`.
    static func auditDays(_ reader: SettingsReader) throws(Refusal) -> Int {
        let days = try reader.integer("audit.days", 0...36_500, default: 400)
        guard days == 0 || days >= 30 else {
            throw .invalid("audit.days", "range", "0, or a whole number from 30 to 36500")
        }
        return Int(days)
    }
}

extension ConversionSettings {
    /// - Throws: `Refusal.invalid` naming the setting.
    init(_ reader: SettingsReader) throws(Refusal) {
        self.init()
        seconds = try reader.integer("conversion.seconds", 1...540, default: seconds)
        memoryBytes = try reader.integer("conversion.memory.bytes", (256 << 20)...(1 << 50), default: memoryBytes)
        guard let program = reader.text("conversion.python") else { return }
        guard program.hasPrefix("/"), unsafe access(program, X_OK) == 0 else {
            throw .invalid("conversion.python", "executable", "the absolute path of an executable interpreter")
        }
        python = program
        let directory = reader.text("converters") ?? "Converters"
        // The sandbox has another directory than this process.
        let root = directory.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
        script = "\(root)\(directory)/convert.py"
        guard unsafe access(script, R_OK) == 0 else {
            throw .invalid("converters", "readable", "the directory with convert.py of this release")
        }
    }
}

extension SealingKeyring {
    /// - Throws: `Refusal.invalid` naming the setting; `AuthError` for text that is no key.
    init(_ reader: SettingsReader, embedded: EmbeddedEndpoints? = nil) throws {
        if let text = reader.text("secret.key") {
            self = try SealingKeyring(text: Secret(text))
            return
        }
        guard let file = reader.text("secret.key.file") ?? embedded?.secretKeyFile else {
            throw Refusal.invalid("secret.key", "required", "set secret.key or secret.key.file; see `drover settings`")
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw Refusal.invalid("secret.key.file", "readable", "a readable text file")
        }
        try self.init(text: Secret(text))
    }
}

extension ServerSettings.Listener {
    /// Not port 0, which takes a free one: the token issuer and EDGE_BUNDLE name the port, and must stay what they are.
    init(_ reader: SettingsReader, _ name: String, default port: Int64) throws(Refusal) {
        self.init(
            host: reader.text("\(name).host") ?? "127.0.0.1",
            port: Int(try reader.integer("\(name).port", 1...65535, default: port)))
    }
}

extension RegistrySettings {
    /// - Throws: `Refusal.invalid` naming the setting.
    init(_ reader: SettingsReader, embedded: EmbeddedEndpoints?) throws(Refusal) {
        var credentials: Credentials?
        if let username = reader.text("oci.username") {
            let password = try reader.required("oci.password")
            credentials = Credentials(username: username, password: Secret(password))
        }
        let host = if let embedded { embedded.registryHost } else { try reader.required("oci.registry") }
        let insecure = try reader.flag("oci.insecure")
        let plainHTTP = try reader.flag("oci.plain.http")
        let plain = embedded != nil || insecure || plainHTTP
        try self.init(
            host: host,
            repositoryPrefix: reader.text("oci.repository") ?? "",
            plainHTTP: plain, insecure: insecure, credentials: embedded == nil ? credentials : nil)
        caFile = reader.text("oci.ca.file")
        if let mode = reader.text("oci.upload.mode") {
            guard let value = UploadMode(rawValue: mode) else {
                throw .invalid("oci.upload.mode", "one_of", "one of stream, monolithic")
            }
            uploadMode = value
        }
        if let directory = reader.text("oci.spool.directory") { spool.directory = directory }
        spool.limitBytes = try reader.integer("oci.spool.max.bytes", 1...(1 << 50), default: spool.limitBytes)
        guard unsafe uploadMode == .stream || access(spool.directory, W_OK | X_OK) == 0 else {
            throw .invalid("oci.spool.directory", "writable", "a directory in which the server may make files")
        }
    }
}
