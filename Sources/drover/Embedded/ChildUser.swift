import Glibc
import Logging

/// The user that the children run as.
extension EmbeddedLayout {
    /// - Throws: `CommandFailure` when that user is missing.
    func childUID() throws -> uid_t { try ids()?.user ?? geteuid() }

    /// Gives a path to the children's user.
    func own(_ path: String) throws {
        guard let ids = try ids() else { return }
        guard unsafe chown(path, ids.user, ids.group) == 0 else {
            throw CommandFailure("can't give \(path) to \(childUser ?? ""): \(SystemError.last)")
        }
    }

    private func ids() throws -> (user: uid_t, group: gid_t)? {
        guard let childUser else { return nil }
        guard let entry = unsafe getpwnam(childUser) else {
            throw CommandFailure("the system user \(childUser) is missing; install Debian's postgresql package")
        }
        return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// A command as the children's user. `setpriv` becomes the program, so that the pid is the program's.
    func command(_ program: String, _ arguments: [String]) -> [String] {
        guard let childUser else { return [program] + arguments }
        return ["/usr/bin/setpriv", "--reuid", childUser, "--regid", childUser, "--init-groups", "--", program]
            + arguments
    }

    /// - Throws: `CommandFailure` when a directory on the way keeps the children's user out, such as `/root`.
    func requireReachable(_ logger: Logger) async throws {
        guard let childUser else { return }
        let test = try RunningProcess.start(
            "test", command("/usr/bin/test", ["-x", root]), environment: ["PATH": "/usr/bin:/bin"],
            output: STDERR_FILENO, logger: logger)
        let status = await test.end(stopping: [])
        try Task.checkCancellation()
        guard status == 0 else {
            throw CommandFailure(
                "the system user \(childUser), which the database runs as, can't enter \(root); choose another --data")
        }
    }
}

/// Who else may touch a file.
enum Ownership {
    /// - Throws: `CommandFailure` for a directory of another user, or one that others may write to: they could replace
    ///   the database and the keys.
    static func requirePrivateDirectory(_ path: String) throws {
        let status = try status(path)
        guard status.st_mode & S_IFMT == S_IFDIR else { throw CommandFailure("\(path) is not a directory") }
        guard status.st_uid == geteuid() else {
            throw CommandFailure("the data directory \(path) belongs to another user (uid \(status.st_uid))")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw CommandFailure(
                "the data directory \(path) can be written by others (mode \(octal(status))); chmod go-w \(path)")
        }
    }

    /// - Throws: `CommandFailure` for a file that others may read or write, or that belongs to another user.
    static func requirePrivateFile(_ path: String) throws {
        let status = try status(path)
        guard status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure("\(path) is not a file") }
        guard status.st_uid == geteuid() else {
            throw CommandFailure("\(path) belongs to another user (uid \(status.st_uid))")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CommandFailure(
                "\(path) is open to others (mode \(octal(status))); chmod 600 \(path), "
                    + "and think about who may have read it")
        }
    }

    private static func status(_ path: String) throws -> stat {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw CommandFailure("can't read \(path): \(SystemError.last)") }
        if status.st_mode & S_IFMT == S_IFLNK, unsafe stat(path, &status) != 0 {
            throw CommandFailure("can't read \(path): \(SystemError.last)")
        }
        return status
    }

    private static func octal(_ status: stat) -> String { "0" + String(status.st_mode & 0o7777, radix: 8) }
}
