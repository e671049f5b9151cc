import FoundationEssentials
import Glibc

/// Operations on paths: whole files written atomically, directories made durable.
package enum Files {
    /// Makes a directory and its parents; one that exists is left as it is. New ones are for the owner only.
    package static func makeDirectory(_ path: String) throws(EdgeAgentError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw EdgeAgentError(.storage, "cannot create the directory \(path)")
        }
    }

    /// The names in a directory, sorted.
    package static func names(in directory: String) throws(EdgeAgentError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        } catch {
            throw EdgeAgentError(.storage, "cannot list the directory \(directory)")
        }
    }

    /// Whether something stands at the path.
    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The whole file, or `nil` when there is none.
    package static func contents(_ path: String) throws(EdgeAgentError) -> [UInt8]? {
        guard exists(path) else { return nil }
        let file = try File(path, for: .reading)
        return try file.read(file.sizeBytes(), at: 0)
    }

    /// Puts the bytes at the path so that a crash at any point leaves the old file or the new one, never a mix:
    /// temporary file in the same directory, fsync, rename, fsync of the directory.
    /// - Parameter durable: False leaves out both fsyncs, for what may go back to an older state in a power cut.
    package static func replace(
        _ path: String, with bytes: [UInt8], permissions: UInt32 = 0o600, durable: Bool = true
    ) throws(EdgeAgentError) {
        let temporary = path + ".tmp"
        do {
            let file = try File(temporary, for: .creating(permissions: permissions))
            try file.write(bytes, at: 0)
            if durable { try file.sync() }
        }
        try rename(temporary, to: path)
        if durable { try syncDirectory(of: path) }
    }

    /// Renames within a file system, replacing what stood there.
    package static func rename(_ path: String, to other: String) throws(EdgeAgentError) {
        guard unsafe Glibc.rename(path, other) == 0 else { throw failure("rename", path) }
    }

    /// Removes a file; one that is gone already is fine.
    package static func remove(_ path: String) throws(EdgeAgentError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Makes creations, renames and removals beside `path` durable.
    package static func syncDirectory(of path: String) throws(EdgeAgentError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { String(path[..<$0]) } ?? "."
        try File(directory.isEmpty ? "/" : directory, for: .reading).sync()
    }

    /// The last failed call as an error; only the path and the system's reason are named.
    static func failure(_ operation: String, _ path: String) -> EdgeAgentError {
        let reason =
            switch errno {
            case ENOSPC: "no space left on the device"
            case EACCES, EPERM: "permission denied"
            case ENOENT: "no such file or directory"
            case EISDIR: "it is a directory"
            case EROFS: "the file system is read-only"
            case EIO: "input/output error"
            default: "errno \(errno)"
            }
        return EdgeAgentError(.storage, "cannot \(operation) \(path): \(reason)")
    }
}

/// Lines to the standard streams, unbuffered: a container's log must show them when they happen.
package enum Console {
    /// One line on standard output.
    package static func output(_ line: String) { emit(line + "\n", to: 1) }
    /// One line on standard error.
    package static func error(_ line: String) { emit(line + "\n", to: 2) }
    /// Text that overwrites the current line of a terminal, on standard error.
    package static func progress(_ text: String) { emit("\r\u{1B}[K" + text, to: 2) }
    /// Whether standard error is a terminal.
    package static var isTerminal: Bool { isatty(2) == 1 }

    private static func emit(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.write(descriptor, raw.baseAddress?.advanced(by: done), raw.count - done)
            }
            if written <= 0 && errno != EINTR { return }
            done += max(0, written)
        }
    }
}

extension Files {
    /// The size of a file.
    package static func sizeBytes(_ path: String) throws(EdgeAgentError) -> Int {
        try File(path, for: .reading).sizeBytes()
    }

    /// Device and inode of a file.
    package static func identity(_ path: String) throws(EdgeAgentError) -> String {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let device = attributes[.systemNumber], let inode = attributes[.systemFileNumber]
        else { throw failure("stat", path) }
        return "\(device):\(inode)"
    }

    /// The path from the root, with links followed.
    package static func absolute(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
