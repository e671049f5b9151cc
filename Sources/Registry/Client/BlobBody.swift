import AsyncHTTPClient
package import Domain
package import NIOCore

import struct Crypto.SHA256

/// A blob on its way from the registry. Reading it to the end throws `digestMismatch` when the bytes are not the ones
/// that were asked for, so nothing of it may be acted upon before the end.
package struct BlobBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    /// The digest that was asked for.
    package let digest: Digest
    /// The announced size in bytes, if the registry said it.
    package let size: Int64?
    let body: HTTPClientResponse.Body

    package func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), digest: digest)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var base: HTTPClientResponse.Body.AsyncIterator
        private let digest: Digest
        private var hasher = SHA256()

        init(base: HTTPClientResponse.Body.AsyncIterator, digest: Digest) {
            self.base = base
            self.digest = digest
        }

        package mutating func next() async throws -> ByteBuffer? {
            let buffer: ByteBuffer?
            do {
                buffer = try await base.next()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw RegistryError(.unavailable, "GET blob", reason: "the blob broke off")
            }
            if let buffer {
                hasher.update(buffer)
            } else if Digest(bytes: Array(hasher.finalize())) != digest {
                throw RegistryError(.digestMismatch, "GET blob", reason: "the registry sent other bytes")
            }
            return buffer
        }
    }
}
