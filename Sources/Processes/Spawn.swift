import CSpawn
import Glibc

/// A program that could not be started, in the system's words.
package struct SpawnError: Error, CustomStringConvertible {
    package let description: String
    package init(_ what: String, _ code: Int32) { description = "\(what): \(unsafe String(cString: strerror(code)))" }
}

/// Child processes as the kernel knows them.
///
/// Not Foundation's `Process`: that one learns of an end by a socket that everything the program starts inherits. A
/// backend that outlives its postmaster would keep the server from noticing, and from ending.
package enum Spawn {
    /// Starts a program in a process group of its own, so that Ctrl-C reaches the server alone, with `/` as its
    /// directory, nothing to read, and no descriptor of this process but `output`.
    /// - Parameters:
    ///   - command: an absolute path and arguments.
    ///   - output: for its standard output and error.
    package static func start(
        _ command: [String], environment: [String: String], output: Int32
    ) throws(SpawnError) -> Int32 {
        try start(command, environment: environment, descriptors: [nil, output, output])
    }

    /// The same with other descriptors.
    /// - Parameter descriptors: what it has as its descriptors 0, 1, 2 and so on, and nothing else; `nil` is nothing to
    ///   read. They take their places in this order, so one with the number of an earlier place is lost.
    static func start(
        _ command: [String], environment: [String: String], descriptors: [Int32?]
    ) throws(SpawnError) -> Int32 {
        var files = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&files)
        defer { unsafe posix_spawn_file_actions_destroy(&files) }
        for (number, descriptor) in descriptors.enumerated() {
            if let descriptor {
                unsafe posix_spawn_file_actions_adddup2(&files, descriptor, Int32(number))
            } else {
                unsafe posix_spawn_file_actions_addopen(&files, Int32(number), "/dev/null", O_RDONLY, 0)
            }
        }
        unsafe posix_spawn_file_actions_addclosefrom_np(&files, Int32(descriptors.count))
        unsafe posix_spawn_file_actions_addchdir_np(&files, "/")

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        setSignals(&attributes)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        var pid: Int32 = 0
        let code = unsafe posix_spawn(&pid, command[0], &files, &attributes, &arguments, &variables)
        guard code == 0 else { throw SpawnError(command[0], code) }
        return pid
    }

    /// What it is asked to end with must reach it, whatever this process ignores or has blocked.
    private static func setSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        unsafe sigemptyset(&defaults)
        for signal in [SIGTERM, SIGINT, SIGQUIT, SIGPIPE, SIGCHLD] { unsafe sigaddset(&defaults, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    }

    /// Blocks until a child has ended. Its pid stays its own until `reap`.
    package static func waitForEnd(_ pid: Int32) {
        var info = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    }

    /// Lets go of a child that has ended.
    /// - Returns: a shell's exit status: 128 and the number for a signal.
    package static func reap(_ pid: Int32) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) == -1 {
            // Only when somebody made this process ignore SIGCHLD: how it ended is not known then.
            guard errno == EINTR else { return 255 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}

/// A file that programs write to.
package enum OutputFile {
    /// Opens it for appending, and makes it when it is missing; only its owner may read it.
    /// - Throws: `SpawnError` when that is not possible.
    package static func open(_ path: String, empty: Bool = false) throws(SpawnError) -> Int32 {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (empty ? O_TRUNC : 0)
        let file = unsafe Glibc.open(path, flags, 0o600)
        guard file >= 0 else { throw SpawnError(path, errno) }
        return file
    }
}
