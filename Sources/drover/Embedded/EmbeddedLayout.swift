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

    /// Takes the directory for this process, until it ends; the kernel lets go of it after kill -9 as well. Without it a
    /// second server would take the first one's children for leftovers and stop them.
    /// - Throws: `CommandFailure` when another server has it.
    func lock() throws {
        let file = unsafe open("\(root)/drover.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw CommandFailure("another drover server is using \(root)")
        }
    }

    /// The file with the key that seals private keys; made when it is missing.
    func ensureSecretKey() throws -> String {
        guard !FileManager.default.fileExists(atPath: secretKey) else { return secretKey }
        let text = Hex.encode(SystemRandom().bytes(32)) + "\n"
        let unfinished = "\(secretKey).new"
        guard
            FileManager.default.createFile(
                atPath: unfinished, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure("can't write \(unfinished)") }
        // On the disk before anything is sealed with it.
        try FileHandle(forUpdating: URL(fileURLWithPath: unfinished)).synchronize()
        try Self.move(unfinished, to: secretKey)
        return secretKey
    }

    /// An empty directory beside `path`, for what becomes `path` when it is whole; removes what earlier starts left.
    func createUnfinished(_ path: String) throws -> String {
        let manager = FileManager.default
        let prefix = URL(fileURLWithPath: path).lastPathComponent + ".new-"
        for name in try manager.contentsOfDirectory(atPath: root) where name.hasPrefix(prefix) {
            try? manager.removeItem(atPath: "\(root)/\(name)")
        }
        let directory = "\(path).new-\(Hex.encode(SystemRandom().bytes(4)))"
        try manager.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try own(directory)
        return directory
    }

    /// Gives a file, or a directory in place of an empty one, its final name in one step.
    static func move(_ path: String, to final: String) throws {
        guard unsafe rename(path, final) == 0 else { throw CommandFailure("can't rename \(path) to \(final)") }
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
