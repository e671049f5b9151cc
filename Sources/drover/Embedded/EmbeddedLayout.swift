import Domain
import Foundation
import Glibc

/// Where everything of `--embedded` is, and whom it belongs to.
struct EmbeddedLayout: Sendable {
    let root: String
    /// The user that the children run as, when the server itself is root.
    let childUser: String?

    var postgresData: String { "\(root)/postgres" }
    var socketDirectory: String { "\(root)/run" }
    var registryData: String { "\(root)/registry" }
    var registryConfig: String { "\(root)/registry.yml" }
    var secretKey: String { "\(root)/secret.key" }
    var logs: String { "\(root)/log" }

    /// - Throws: `Refusal.invalid` for a path that is too long for a socket in it.
    init(directory: String) throws(Refusal) {
        let absolute = URL(fileURLWithPath: directory).standardizedFileURL.path
        // A unix socket's path has at most 107 bytes, of which `/run/.s.PGSQL.5432.lock` takes 23.
        guard absolute.utf8.count <= 80 else {
            throw .invalid("data", "path_length", "at most 80 bytes, because a unix socket goes below it")
        }
        root = absolute
        childUser = geteuid() == 0 ? "postgres" : nil
    }

    /// Makes the directories; only their owner may enter them.
    func create() throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
        for directory in [postgresData, socketDirectory, registryData, logs]
        where !manager.fileExists(atPath: directory) {
            try manager.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try own(directory)
        }
    }

    /// The file with the key that seals private keys; made when it is missing.
    func ensureSecretKey() throws -> String {
        guard !FileManager.default.fileExists(atPath: secretKey) else { return secretKey }
        let text = Hex.encode(SystemRandom().bytes(32)) + "\n"
        guard
            FileManager.default.createFile(
                atPath: secretKey, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure("can't write \(secretKey)") }
        return secretKey
    }

    /// Gives a path to the children's user.
    func own(_ path: String) throws {
        guard let childUser else { return }
        guard let entry = unsafe getpwnam(childUser) else {
            throw CommandFailure("the system user \(childUser) is missing; install Debian's postgresql package")
        }
        guard unsafe chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
            throw CommandFailure("can't give \(path) to \(childUser)")
        }
    }

    /// A command as the children's user. `setpriv` becomes the program, so that the pid is the program's.
    func command(_ program: String, _ arguments: [String]) -> [String] {
        guard let childUser else { return [program] + arguments }
        return ["/usr/bin/setpriv", "--reuid", childUser, "--regid", childUser, "--init-groups", "--", program]
            + arguments
    }

    /// The newest of Debian's PostgreSQL program directories.
    /// - Throws: `CommandFailure` when there is none.
    static func postgresPrograms() throws -> String {
        let base = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        guard let newest = versions.compactMap(Int.init).max() else {
            throw CommandFailure("PostgreSQL is not installed: apt-get install postgresql")
        }
        return "\(base)/\(newest)/bin"
    }
}
