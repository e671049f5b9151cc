import Domain
import Foundation
import Glibc

/// Where everything of `--embedded` is, and whom it belongs to.
struct EmbeddedLayout: Sendable {
    let root: String
    /// The user that the children run as, when the server itself is root.
    let childUser: String?

    var postgresData: String { "\(root)/postgres" }
    /// Begins the name of a cluster that is being made.
    var unfinishedPostgres: String { "\(root)/postgres.new-" }
    var socketDirectory: String { "\(root)/run" }
    var registryData: String { "\(root)/registry" }
    var registryConfig: String { "\(root)/registry.yml" }
    var secretKey: String { "\(root)/secret.key" }
    var logs: String { "\(root)/log" }

    /// - Throws: `Refusal.invalid` for a path that is too long for a socket in it, or that connection strings and
    ///   configuration files can't hold.
    init(directory: String) throws(Refusal) {
        let absolute = Self.resolved(URL(fileURLWithPath: directory).standardizedFileURL)
        // A unix socket's path has at most 107 bytes, of which `/run/.s.PGSQL.5432.lock` takes 23.
        guard absolute.utf8.count <= 80 else {
            throw .invalid("data", "path_length", "at most 80 bytes, because a unix socket goes below it")
        }
        // libpq takes a comma in `host` for the end of a host, and has no escape for it.
        guard absolute.utf8.allSatisfy({ $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: ",") }) else {
            throw .invalid("data", "path_characters", "a path without commas and control characters")
        }
        root = absolute
        childUser = geteuid() == 0 ? "postgres" : nil
    }

    /// Makes the directories; only their owner may enter those below the first.
    /// - Throws: `CommandFailure` when one can't be made, or the first belongs to or is open to others.
    func create() throws {
        let manager = FileManager.default
        if !manager.fileExists(atPath: root) {
            try make(root, parents: true)
            // Whatever the umask is: the children's user has to get through.
            guard unsafe chmod(root, childUser == nil ? 0o700 : 0o711) == 0 else {
                throw CommandFailure("can't set the mode of \(root): \(SystemError.last)")
            }
        }
        try Ownership.requirePrivateDirectory(root)
        // For everything that this process and its children make from now on.
        umask(0o077)
        for directory in [postgresData, socketDirectory, registryData, logs]
        where !manager.fileExists(atPath: directory) {
            try make(directory, parents: false)
            // The logs are opened by this process: in a directory of the children's they could be links.
            if directory != logs { try own(directory) }
        }
    }

    /// The path without symbolic links, of which all but the end may exist: one directory has one name, by which the
    /// processes that run on it are found.
    private static func resolved(_ url: URL) -> String {
        if let real = unsafe realpath(url.path, nil) {
            defer { unsafe free(real) }
            return unsafe String(cString: real)
        }
        let parent = url.deletingLastPathComponent()
        guard parent.path != url.path else { return url.path }
        let above = resolved(parent)
        return (above == "/" ? "" : above) + "/" + url.lastPathComponent
    }

    private func make(_ directory: String, parents: Bool) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: parents,
                attributes: parents ? nil : [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure("can't make the directory \(directory): \(error.localizedDescription)")
        }
    }

    /// Takes the directory for this process, until it ends; the kernel lets go of it after kill -9 as well. Without it a
    /// second server would take the first one's children for leftovers and stop them.
    /// - Throws: `CommandFailure` when another server has it, be it one that is just stopping.
    func lock() throws {
        let file = unsafe open("\(root)/drover.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw CommandFailure("can't open \(root)/drover.lock: \(SystemError.last)") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw CommandFailure("another drover server is using \(root), or is still stopping")
        }
    }

    /// An empty directory beside the cluster's place, for what becomes the cluster when it is whole; removes what
    /// earlier starts left.
    func createUnfinishedPostgres() throws -> String {
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: root)
        where "\(root)/\(name)".hasPrefix(unfinishedPostgres) {
            try? manager.removeItem(atPath: "\(root)/\(name)")
        }
        let directory = unfinishedPostgres + Hex.encode(SystemRandom().bytes(4))
        try make(directory, parents: false)
        try own(directory)
        return directory
    }

    /// Gives a file, or a directory in place of an empty one, its final name in one step.
    static func move(_ path: String, to final: String) throws {
        guard unsafe rename(path, final) == 0 else {
            throw CommandFailure("can't rename \(path) to \(final): \(SystemError.last)")
        }
    }
}

/// What the kernel said last, in words.
enum SystemError {
    static var last: String { unsafe String(cString: strerror(errno)) }
}
