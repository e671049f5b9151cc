import Domain
import Foundation
import Glibc

/// The file with the key that seals private keys.
enum SecretKeyFile {
    /// Makes it when it is missing.
    /// - Throws: `CommandFailure` when it can't be written, or when one that is there is open to others.
    static func ensure(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) { return try Ownership.requirePrivateFile(path) }
        let unfinished = "\(path).new"
        _ = unsafe unlink(unfinished)
        let file = unsafe open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CommandFailure("can't write \(unfinished): \(SystemError.last)") }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((Hex.encode(SystemRandom().bytes(32)) + "\n").utf8))
            // On the disk, name included, before anything is sealed with it.
            try handle.synchronize()
            try EmbeddedLayout.move(unfinished, to: path)
            try sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure("can't write \(unfinished): \(error.localizedDescription)")
        }
    }

    private static func sync(_ directory: String) throws {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw CommandFailure("can't write \(directory): \(SystemError.last)")
        }
    }
}
