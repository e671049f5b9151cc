import AsyncHTTPClient
package import NIOCore
import Synchronization

/// The bytes of an artifact, in one pass.
package struct ArtifactBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    enum Source: Sendable {
        case response(HTTPClientResponse.Body)
        /// Read from DBFS one block at a time.
        case blocks(MLflowSession, BlockFile)
    }

    /// A file in DBFS as it was when reading began.
    struct BlockFile: Hashable, Sendable {
        let path: String
        /// In bytes.
        let size: Int64
        let modifiedAt: Int64?
    }

    /// In bytes, if the registry announced it.
    package let length: Int64?
    private let source: Source
    private let broken = Broken()

    init(_ source: Source, length: Int64?) {
        self.source = source
        self.length = length
    }

    /// Why the bytes ended early, which a library on the way may have hidden.
    package var failure: MLflowError? { broken.error.withLock(\.self) }

    package func makeAsyncIterator() -> Iterator { Iterator(source, broken) }

    fileprivate final class Broken: Sendable {
        let error = Mutex<MLflowError?>(nil)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private enum Position {
            case response(HTTPClientResponse.Body.AsyncIterator)
            case blocks(MLflowSession, BlockFile)
        }
        private var position: Position
        private var offset: Int64 = 0
        private let broken: Broken

        fileprivate init(_ source: Source, _ broken: Broken) {
            position =
                switch source {
                case .response(let body): .response(body.makeAsyncIterator())
                case .blocks(let session, let file): .blocks(session, file)
                }
            self.broken = broken
        }

        package mutating func next() async throws -> ByteBuffer? {
            do {
                return try await step()
            } catch {
                let failure = MLflowSession.failure(error)
                if let failure = failure as? MLflowError { broken.error.withLock { $0 = failure } }
                throw failure
            }
        }

        private mutating func step() async throws -> ByteBuffer? {
            switch position {
            case .response(var iterator):
                let buffer = try await iterator.next()
                position = .response(iterator)
                return buffer
            case .blocks(let session, let file):
                guard offset < file.size else {
                    // Blocks of two versions of a file would be neither.
                    guard try await session.blockFile(file.path) == file else {
                        throw MLflowError.unavailable("the file was changed while it was read")
                    }
                    return nil
                }
                let bytes = try await session.block(of: file.path, at: offset, upTo: file.size)
                offset += Int64(bytes.count)
                return ByteBuffer(bytes: bytes)
            }
        }
    }
}
