import Crypto
import Domain
import NIOPosix

/// A file or standard input that records are read from. Reads happen on a thread of their own, because a pipe may make
/// them wait for ever.
package final class InputFile: Sendable {
    private let file: File
    /// Absolute path of a regular file, whose position can be kept; `nil` for anything that can't be read twice.
    package let path: String?
    /// For messages.
    package let name: String
    /// A regular file gives fewer bytes than asked for only at its end.
    package let isRegular: Bool
    private let identity: String

    /// - Parameter name: a path, or `-` for standard input.
    /// - Throws: `EdgeAgentError` with code `noInput`.
    package init(_ name: String) throws(EdgeAgentError) {
        self.name = name
        do {
            file = name == "-" ? .standardInput() : try File(name, for: .reading)
            isRegular = file.isSeekable
            path = isRegular && name != "-" ? Files.absolute(name) : nil
            identity = try path.map { path throws(EdgeAgentError) in try Files.identity(path) } ?? ""
        } catch {
            throw EdgeAgentError(.noInput, error.message)
        }
    }

    /// The next bytes, at most so many; empty at the end.
    package func read(_ count: Int) async throws -> [UInt8] {
        try await NIOThreadPool.singleton.runIfActive { [self] in try file.readNext(count) }
    }

    /// Moves to a position, if the file still is what it was when the position was noted.
    package func resume(at position: SourcePosition) throws(EdgeAgentError) -> Bool {
        guard try file.sizeBytes() >= position.offset,
            let headBytes = position.fingerprint.split(separator: "-").first.flatMap({ Int($0) }),
            try fingerprint(offset: position.offset, headBytes: headBytes) == position.fingerprint
        else { return false }
        try file.seek(to: position.offset)
        return true
    }

    /// A text that changes when the file at the path is replaced: length of the head, and a SHA-256 over device, inode,
    /// that head (up to 4 KiB) and the last 4 KiB before the offset. A file that only grows keeps it.
    package func fingerprint(offset: Int) throws(EdgeAgentError) -> String {
        try fingerprint(offset: offset, headBytes: min(Self.window, file.sizeBytes()))
    }

    private func fingerprint(offset: Int, headBytes: Int) throws(EdgeAgentError) -> String {
        let tail = min(Self.window, offset)
        var hash = SHA256()
        hash.update(data: Array(identity.utf8))
        hash.update(data: try file.read(min(headBytes, Self.window), at: 0))
        hash.update(data: try file.read(tail, at: offset - tail))
        return "\(headBytes)-\(Domain.Digest(bytes: Array(hash.finalize())).hex)"
    }

    private static let window = 4096
}
