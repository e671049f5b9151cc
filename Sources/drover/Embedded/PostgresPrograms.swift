import Foundation

/// Debian's PostgreSQL program directories.
enum PostgresPrograms {
    /// The directory for a cluster: its own version's, or the newest for one that is still to be made.
    /// - Parameter base: where the versions are.
    /// - Throws: `CommandFailure` when it is not installed. A client alone has a directory as well, without a server.
    static func directory(cluster: String, base: String = "/usr/lib/postgresql") throws -> String {
        let manager = FileManager.default
        let names = (try? manager.contentsOfDirectory(atPath: base)) ?? []
        let versions = names.compactMap(Int.init).filter { version in
            ["postgres", "initdb"].allSatisfy { manager.isExecutableFile(atPath: "\(base)/\(version)/bin/\($0)") }
        }
        if let text = try? String(contentsOfFile: "\(cluster)/PG_VERSION", encoding: .utf8) {
            let wanted = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let version = Int(wanted), versions.contains(version) else {
                throw CommandFailure(
                    "\(cluster) was made by PostgreSQL \(wanted), which is not installed: "
                        + "apt-get install postgresql-\(wanted)")
            }
            return "\(base)/\(version)/bin"
        }
        guard let newest = versions.max() else {
            throw CommandFailure("PostgreSQL is not installed: apt-get install postgresql")
        }
        return "\(base)/\(newest)/bin"
    }
}
