import Glibc

/// A descriptor of this process, closed when nobody holds it any more. No program inherits it by accident.
package final class Descriptor: Sendable {
    package let number: Int32

    /// Takes an open descriptor over.
    package init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Numbers up to here are places of a new program's descriptors.
    private static let firstNumber: Int32 = 16

    /// A copy with a number that is no place of a new program's descriptors.
    /// - Throws: `SpawnError` when the process has too many.
    package static func copy(of number: Int32) throws(SpawnError) -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, firstNumber)
        guard copy >= 0 else { throw SpawnError("descriptor", errno) }
        return Descriptor(copy)
    }

    /// The two ends of a new pipe.
    /// - Throws: `SpawnError` when the process has too many descriptors.
    static func pipe() throws(SpawnError) -> (reader: Descriptor, writer: Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw SpawnError("pipe", errno) }
        defer { for end in ends { close(end) } }
        return (try copy(of: ends[0]), try copy(of: ends[1]))
    }

    /// Writes all bytes; they have to fit into what the other side takes without being read.
    func write(_ bytes: [UInt8]) throws(SpawnError) {
        let count = unsafe Glibc.write(number, bytes, bytes.count)
        guard count == bytes.count else { throw SpawnError("write", errno) }
    }

    /// Whether something, or the end, can be read, now or in so many milliseconds.
    func isReadable(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) != 0
    }

    /// Up to so many bytes, blocking; empty at the end, and when it can't be read.
    func read(_ limit: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var got = -1
            repeat { got = unsafe Glibc.read(number, buffer.baseAddress, limit) } while got < 0 && errno == EINTR
            count = max(0, got)
        }
    }
}
