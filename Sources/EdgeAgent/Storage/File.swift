import Glibc

/// An open file, owned by one value and closed with it. All calls block; they are short, or run on a thread pool.
///
/// This file and `Files.swift` are the only places of the agent that call into C.
package struct File: ~Copyable, Sendable {
    /// What the file is opened for.
    package enum Mode: Sendable {
        case reading
        case writing
        /// Created with these permission bits when absent, emptied otherwise.
        case creating(permissions: UInt32)
        /// Created when absent, never emptied.
        case locking
    }

    /// As it was given; for messages.
    package let path: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool

    /// - Throws: `EdgeAgentError` with code `storage`.
    package init(_ path: String, for mode: Mode) throws(EdgeAgentError) {
        let opened =
            switch mode {
            case .reading: unsafe open(path, O_RDONLY | O_CLOEXEC)
            case .writing: unsafe open(path, O_RDWR | O_CLOEXEC)
            case .creating(let permissions):
                unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, permissions)
            case .locking: unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            }
        guard opened >= 0 else { throw Files.failure("open", path) }
        self.path = path
        self.descriptor = opened
        self.ownsDescriptor = true
    }

    private init(borrowing descriptor: Int32, named name: String) {
        self.path = name
        self.descriptor = descriptor
        self.ownsDescriptor = false
    }

    /// The process's standard input; it stays open.
    package static func standardInput() -> File { File(borrowing: 0, named: "-") }

    deinit { if ownsDescriptor { _ = close(descriptor) } }

    /// Writes all bytes at the offset.
    package func write(_ bytes: [UInt8], at offset: Int) throws(EdgeAgentError) {
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { raw in
                unsafe pwrite(
                    descriptor, raw.baseAddress?.advanced(by: done), raw.count - done, off_t(offset + done))
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw Files.failure("write", path)
            }
            done += written
        }
    }

    /// Up to `count` bytes from the offset; fewer only at the end of the file.
    package func read(_ count: Int, at offset: Int) throws(EdgeAgentError) -> [UInt8] {
        try unsafe fill(count, whole: true) { (buffer, filled) in
            unsafe pread(descriptor, buffer, count - filled, off_t(offset + filled))
        }
    }

    /// The next bytes from the current position: of a file as many as asked for, of a pipe what is there now. Waits for
    /// at least one byte; empty at the end.
    package func readNext(_ count: Int) throws(EdgeAgentError) -> [UInt8] {
        try unsafe fill(count, whole: false) { (buffer, filled) in unsafe Glibc.read(descriptor, buffer, count - filled)
        }
    }

    private func fill(
        _ count: Int, whole: Bool, with readInto: (UnsafeMutableRawPointer?, Int) -> Int
    ) throws(EdgeAgentError) -> [UInt8] {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let start = UnsafeMutableRawPointer(buffer.baseAddress)
            while filled < count {
                let got = unsafe readInto(start?.advanced(by: filled), filled)
                if got < 0 && errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { return }
                filled += got
                if !whole && !hasMore { return }
            }
        }
        if failed { throw Files.failure("read", path) }
        return bytes
    }

    /// Whether a read would return at once. True for regular files.
    private var hasMore: Bool {
        var query = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&query, 1, 0) == 1
    }

    /// Returns when all written bytes are on the disk.
    package func sync() throws(EdgeAgentError) {
        guard fsync(descriptor) == 0 else { throw Files.failure("fsync", path) }
    }

    /// Cuts the file to this many bytes.
    package func truncate(to size: Int) throws(EdgeAgentError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Files.failure("truncate", path) }
    }

    /// The size of a regular file. Asked of the descriptor by seeking: `stat`'s members belong to another module in
    /// a release build than in a debug build, and the compiler insists on the right import.
    package func sizeBytes() throws(EdgeAgentError) -> Int {
        let place = lseek(descriptor, 0, SEEK_CUR)
        let size = lseek(descriptor, 0, SEEK_END)
        guard place >= 0, size >= 0, lseek(descriptor, place, SEEK_SET) == place else {
            throw Files.failure("seek", path)
        }
        return Int(size)
    }

    /// False for pipes and terminals, which can't be read again.
    package var isSeekable: Bool { lseek(descriptor, 0, SEEK_CUR) >= 0 }

    /// Takes the advisory lock of the file; it is released when the value ends, or the process.
    /// - Returns: False when another process holds it.
    package func tryLock() throws(EdgeAgentError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw Files.failure("lock", path)
    }

    /// Moves the position of `readNext`.
    package func seek(to offset: Int) throws(EdgeAgentError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw Files.failure("seek", path) }
    }
}
