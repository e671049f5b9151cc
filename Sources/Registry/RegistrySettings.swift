package import Domain
import FoundationEssentials

/// Where the registry is and how to talk to it. Checked when made, so that a wrong setting is refused at start.
package struct RegistrySettings: Sendable {
    /// How a blob of unknown digest or length travels. One of known digest and length always goes in one PUT.
    package enum UploadMode: String, Sendable, CaseIterable {
        /// One POST, one streamed PATCH, one PUT, as the docker client does: one pass, no disk, and no bytes left behind
        /// by what is refused on its way. Not for GHCR, ECR, GAR.
        case stream
        /// One POST and one PUT with the known digest, after a bounded spool file if it is not known before: works
        /// everywhere.
        case monolithic

        /// What is used with a registry unless a setting says otherwise: those that are known to refuse streams, or to
        /// drop parts of them, get none (publish-and-edge.md, "What registries differ on").
        /// - Parameter host: without a port.
        package static func usual(for host: String) -> UploadMode {
            let known = ["ghcr.io", "gcr.io", "pkg.dev", "amazonaws.com", "amazonaws.com.cn", "public.ecr.aws"]
            let host = host.lowercased()
            return known.contains { host == $0 || host.hasSuffix(".\($0)") } ? .monolithic : .stream
        }
    }

    /// HTTP Basic credentials, also sent to the token server that the registry names.
    package struct Credentials: Sendable {
        package let username: String
        package let password: Secret<String>
        package init(username: String, password: Secret<String>) {
            self.username = username
            self.password = password
        }
    }

    /// The spool of `UploadMode.monolithic`.
    package struct Spool: Sendable {
        /// An existing directory; files in it have no name and vanish with the process.
        package var directory: String
        /// The largest blob that may be spooled.
        package var limitBytes: Int64
        package init(directory: String = "/tmp", limitBytes: Int64 = 16 << 30) {
            self.directory = directory
            self.limitBytes = limitBytes
        }
    }

    /// Limits of waiting.
    package struct Timeouts: Sendable {
        /// Until TCP and TLS stand.
        package var connect: Duration = .seconds(10)
        /// Until the answer's head, for requests without a large body.
        package var request: Duration = .seconds(30)
        /// Without a byte from the registry while it owes an answer.
        package var idle: Duration = .seconds(120)
        /// For one large blob.
        package var transfer: Duration = .seconds(3600)
        package init() {}
    }

    /// `host` or `host:port`.
    package let host: String
    /// What stands before `pipelines/`, `charts/` and `models/`; empty for none.
    package let repositoryPrefix: String
    /// True for `http`, which is for loopback or for a registry that is marked insecure.
    package let plainHTTP: Bool
    package var credentials: Credentials?
    /// A PEM file with more authorities to trust.
    package var caFile: String?
    package var uploadMode: UploadMode
    package var spool = Spool()
    package var timeouts = Timeouts()
    package var retry = RetryPolicy()

    /// - Throws: `Refusal.invalid` naming `oci.registry`, `oci.repository` or `oci.plain_http`.
    package init(
        host: String, repositoryPrefix: String = "", plainHTTP: Bool = false, insecure: Bool = false,
        credentials: Credentials? = nil
    ) throws(Refusal) {
        guard let name = Self.hostName(host) else {
            throw .invalid(
                "oci.registry", "host_port", "a host name or address with an optional port, no scheme or path")
        }
        let prefix = repositoryPrefix.split(separator: "/").joined(separator: "/")
        // 255 bytes for host and name together (distribution-spec); the rest is for `models/<workspace>/<model>`.
        guard prefix.isEmpty || RepositoryName(prefix) != nil, prefix.utf8.count + host.utf8.count <= 160 else {
            throw .invalid(
                "oci.repository", "oci_repository", "lower-case path components of letters, digits, '.', '_', '-'")
        }
        guard !plainHTTP || insecure || Self.isLoopback(name) else {
            throw .invalid("oci.plain_http", "loopback_only", "plain http only on loopback, or with oci.insecure")
        }
        self.host = host
        self.repositoryPrefix = prefix
        self.plainHTTP = plainHTTP
        self.credentials = credentials
        uploadMode = .usual(for: name)
    }

    /// `host[:port][/prefix]`: the root of `ArtifactNames` (PUB-08).
    package var root: String { repositoryPrefix.isEmpty ? host : "\(host)/\(repositoryPrefix)" }

    /// `models/<workspace id>/<model>`: where a model's versions live.
    package func modelRepository(workspace: WorkspaceID, model: ModelName) -> RepositoryName {
        repository("models/\(workspace)/\(model)")
    }
    /// `pipelines/<name>` (PUB-08).
    package func pipelineRepository(_ name: PipelineName) -> RepositoryName { repository("pipelines/\(name)") }
    /// `charts/<name>` (PUB-08, PUB-15).
    package func chartRepository(_ name: PipelineName) -> RepositoryName { repository("charts/\(name)") }

    var baseURL: String { "\(plainHTTP ? "http" : "https")://\(host)" }

    /// A repository by its path below the root.
    package func repository(_ path: String) -> RepositoryName {
        RepositoryName(unchecked: repositoryPrefix.isEmpty ? path : "\(repositoryPrefix)/\(path)")
    }

    /// The host without its port when the text is `host[:port]`, else `nil`.
    private static func hostName(_ text: String) -> String? {
        guard let url = URL(string: "https://\(text)/"), let host = url.host(), !host.isEmpty, url.path == "/",
            url.user() == nil, url.password() == nil, url.query() == nil, url.fragment() == nil,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 47 && $0 != 64 })
        else { return nil }
        return host
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isV4 = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return isV4 || ["localhost", "::1", "[::1]"].contains(host.lowercased())
    }
}
