package import Domain

/// Where an artifact lies, in a form that can be read through the registry's own address and nowhere else.
package enum ArtifactLocation: Hashable, Sendable {
    /// In the store that the MLflow server serves (`--serve-artifacts`): a path from its root, without a leading slash.
    case served(path: String)
    /// In Databricks' file system: an absolute path below `/databricks/mlflow-registry` (REG-15).
    case dbfs(path: String)

    static let servedPrefix = "/api/2.0/mlflow-artifacts/artifacts"
    static let readPrefix = "/api/2.0/dbfs/read?path="
    /// The registry's part of DBFS. A token can read much more of it, which is nobody's business here.
    static let dbfsRoot = "/databricks/mlflow-registry/"

    /// Reads what a registry says of a model version: `mlflow-artifacts:/…`, an address below its own, `dbfs:/…`.
    /// - Throws: `notServed`, `unusable`.
    package init(artifactURI uri: String, of registry: ModelRegistryURL) throws(MLflowError) {
        if let location = Self(fullPath: uri, of: registry) {
            self = location
        } else {
            let scheme = uri.prefix { $0 != ":" }
            let isScheme =
                (1...20).contains(scheme.utf8.count) && scheme.count < uri.count
                && scheme.utf8.allSatisfy {
                    (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45
                }
            throw .notServed(scheme: isScheme ? scheme.lowercased() : "a directory of its own")
        }
    }

    /// Reads the full path of an artifact as `fullPath(at:)` writes it, or a URI of one; `nil` for anything else, such as
    /// an address of another host.
    package init?(fullPath text: String, of registry: ModelRegistryURL) {
        if text.hasPrefix(registry.rawValue + Self.servedPrefix + "/") {
            let path = text.dropFirst(registry.rawValue.count + Self.servedPrefix.count + 1)
            guard !path.contains("?"), !path.contains("#"), let plain = URLText.decode(path) else { return nil }
            self.init(served: plain)
        } else if text.hasPrefix(registry.rawValue + Self.readPrefix) {
            let path = text.dropFirst(registry.rawValue.count + Self.readPrefix.count)
            guard !path.contains("&"), !path.contains("#"), let plain = URLText.decode(path) else { return nil }
            self.init(dbfs: plain)
        } else if let path = Self.path(of: text, scheme: "dbfs:") {
            self.init(dbfs: path)
        } else if let path = Self.path(of: text, scheme: "mlflow-artifacts:", host: registry.parts) {
            self.init(served: String(path.dropFirst()))
        } else {
            return nil
        }
    }

    private init?(served path: String) {
        guard Self.isPath(path) else { return nil }
        self = .served(path: path)
    }

    private init?(dbfs path: String) {
        guard path.hasPrefix(Self.dbfsRoot), Self.isPath(String(path.dropFirst())) else { return nil }
        self = .dbfs(path: path)
    }

    /// `scheme:/path` or `scheme:///path`; with a host also `scheme://host[:port]/path` of that host.
    private static func path(of uri: String, scheme: String, host: ModelRegistryURL.Parts? = nil) -> String? {
        guard uri.hasPrefix(scheme) else { return nil }
        let rest = uri.dropFirst(scheme.count)
        guard rest.hasPrefix("//") else { return rest.hasPrefix("/") ? String(rest) : nil }
        let authority = rest.dropFirst(2).prefix { $0 != "/" }
        let path = String(rest.dropFirst(2 + authority.count))
        if authority.isEmpty { return path }
        guard let host, [host.host, "\(host.host):\(host.port)"].contains(authority.lowercased()) else { return nil }
        return path
    }

    /// Names that lead nowhere else: no empty ones, no dots alone, nothing that a reader could not see.
    private static func isPath(_ path: String) -> Bool {
        path.utf8.count <= 2000 && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isName)
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.contains("\\")
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// The file's own name.
    package var name: String {
        switch self {
        case .served(let path), .dbfs(let path): path.split(separator: "/").last.map(String.init) ?? ""
        }
    }

    /// The names that lead to it, from the root.
    var components: [Substring] {
        switch self {
        case .served(let path), .dbfs(let path): path.split(separator: "/")
        }
    }

    /// Whether another one lies somewhere below this directory.
    func contains(_ other: ArtifactLocation) -> Bool {
        switch (self, other) {
        // As bytes: texts also count as equal that are not.
        case (.served(let directory), .served(let path)), (.dbfs(let directory), .dbfs(let path)):
            path.utf8.starts(with: "\(directory)/".utf8)
        default: false
        }
    }

    /// Something in this directory; `nil` when the name is none.
    func appending(_ name: String) -> ArtifactLocation? {
        guard !name.contains("/"), Self.isName(name[...]) else { return nil }
        return switch self {
        case .served(let path): ArtifactLocation(served: "\(path)/\(name)")
        case .dbfs(let path): ArtifactLocation(dbfs: "\(path)/\(name)")
        }
    }

    /// The address as a person may use it, and as uploads take it (REG-12, REG-13, REG-15).
    package func fullPath(at registry: ModelRegistryURL) -> String {
        switch self {
        case .served(let path):
            "\(registry)\(Self.servedPrefix)/\(URLText.encode(path, keepingSlashes: true))"
        case .dbfs(let path): "\(registry)\(Self.readPrefix)\(URLText.encode(path, keepingSlashes: true))"
        }
    }
}
