import Crypto
import NIOCore

extension SHA256 {
    /// Hashes a buffer in place. One of the two files here that touch memory directly: a copy of each chunk would cost
    /// more than the hash itself on processors with SHA instructions.
    mutating func update(_ buffer: ByteBuffer) {
        unsafe buffer.withUnsafeReadableBytes { bytes in unsafe update(bufferPointer: bytes) }
    }
}
