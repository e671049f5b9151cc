import Domain
import NIOCore
import Synchronization

import struct Crypto.SHA256

/// What is known of a stream after it passed: its digest and size, or why it stopped.
final class Transfer: Sendable {
    private enum State {
        case running
        case finished(Digest, Int64)
        case failed(any Error)
    }
    private let state = Mutex(State.running)
    private let whole = Mutex<Int64?>(nil)

    /// The size, once the announced number of bytes has passed; the source may still have to say that this is the end.
    var wholeSize: Int64? { whole.withLock { $0 } }

    /// The digest and size, once the stream reached its end.
    var result: (digest: Digest, size: Int64)? {
        state.withLock { if case .finished(let digest, let size) = $0 { (digest, size) } else { nil } }
    }
    /// The error with which the stream's source ended, which the HTTP library may hide.
    var failure: (any Error)? {
        state.withLock { if case .failed(let error) = $0 { error } else { nil } }
    }

    func pass(whole size: Int64) { whole.withLock { $0 = size } }
    func finish(_ digest: Digest, _ size: Int64) { state.withLock { $0 = .finished(digest, size) } }
    func fail(_ error: any Error) { state.withLock { $0 = .failed(error) } }
}

/// Where an upload session stands: each answer of the registry gives it another location.
final class UploadPlace: Sendable {
    private let state: Mutex<UploadSession>

    init(_ session: UploadSession) { state = Mutex(session) }

    var session: UploadSession { state.withLock { $0 } }

    func move(to session: UploadSession) { state.withLock { $0 = session } }
}

/// Hashes and counts a stream while it passes, without keeping it. It ends in an error when the source gives fewer or
/// more bytes than announced.
struct MeasuredBody<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
    let source: Source
    /// The announced number of bytes, if any.
    let length: Int64?
    let transfer: Transfer

    func makeAsyncIterator() -> Iterator {
        Iterator(base: source.makeAsyncIterator(), length: length, transfer: transfer)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: Source.AsyncIterator
        let length: Int64?
        let transfer: Transfer
        private var hasher = SHA256()
        private var count: Int64 = 0

        init(base: Source.AsyncIterator, length: Int64?, transfer: Transfer) {
            self.base = base
            self.length = length
            self.transfer = transfer
        }

        mutating func next() async throws -> ByteBuffer? {
            do {
                guard let buffer = try await base.next() else {
                    // A cancelled source may just end, which must not look like the end of the bytes.
                    try Task.checkCancellation()
                    if let length, count != length { throw Self.wrongLength }
                    transfer.finish(Digest(bytes: Array(hasher.finalize())), count)
                    return nil
                }
                count += Int64(buffer.readableBytes)
                if let length, count > length { throw Self.wrongLength }
                hasher.update(buffer)
                if count == length { transfer.pass(whole: count) }
                return buffer
            } catch {
                transfer.fail(error)
                throw error
            }
        }

        private static var wrongLength: RegistryError {
            RegistryError(.lengthMismatch, "read body", reason: "not as many bytes as announced")
        }
    }
}

/// Keeps the last bytes back until the source has ended well and everything hashes to its digest. A registry that has all
/// the bytes of a PUT makes a blob of them, whatever the source then says of them.
struct WithheldEnd<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
    let source: MeasuredBody<Source>
    let digest: Digest
    let transfer: Transfer

    func makeAsyncIterator() -> Iterator {
        Iterator(base: source.makeAsyncIterator(), digest: digest, transfer: transfer)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: MeasuredBody<Source>.Iterator
        let digest: Digest
        let transfer: Transfer
        private var held: ByteBuffer?
        private var isEnded = false

        init(base: MeasuredBody<Source>.Iterator, digest: Digest, transfer: Transfer) {
            self.base = base
            self.digest = digest
            self.transfer = transfer
        }

        mutating func next() async throws -> ByteBuffer? {
            while !isEnded {
                guard let next = try await base.next() else {
                    isEnded = true
                    guard transfer.result?.digest == digest else {
                        throw RegistryError(
                            .digestMismatch, "PUT blob", reason: "the bytes do not hash to their digest")
                    }
                    return held
                }
                if next.readableBytes == 0 { continue }
                let before = held
                held = next
                if let before { return before }
            }
            return nil
        }
    }
}
