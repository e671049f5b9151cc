import Domain
import ModelFormats
import NIOCore
import Synchronization

/// A request body that is inspected as it streams to the registry. It ends in the inspector's refusal instead of an
/// end of stream when the file is not what it should be, so that the registry never completes the blob.
struct InspectedUpload<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    typealias Element = ByteBuffer

    private let base: Base
    private let limitBytes: Int64
    private let allowance: QuotaAllowance?
    private let state: Shared

    init(
        _ base: Base, inspector: sending any FormatInspector, limitBytes: Int64, allowance: QuotaAllowance? = nil
    ) {
        self.base = base
        state = Shared(inspector)
        self.limitBytes = limitBytes
        self.allowance = allowance
    }

    /// What was learned; `nil` until the stream was read to its end.
    var inspection: ModelInspection? { state.lock.withLock(\.inspection) }

    /// The refusal that ended the stream, which a library on the way may have hidden.
    var refusal: Refusal? { state.lock.withLock(\.refusal) }

    /// The error of the body itself (the client went away), which a library on the way may have hidden.
    var sourceFailed: Bool { state.lock.withLock(\.sourceFailed) }

    func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), limitBytes: limitBytes, allowance: allowance, state: state)
    }

    fileprivate final class Shared: Sendable {
        struct Values {
            var inspector: any FormatInspector
            var inspection: ModelInspection?
            var refusal: Refusal?
            var sourceFailed = false
        }
        let lock: Mutex<Values>

        init(_ inspector: sending any FormatInspector) { lock = Mutex(Values(inspector: inspector)) }
    }

    struct Iterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private let limitBytes: Int64
        private let allowance: QuotaAllowance?
        private let state: Shared
        private var seen: Int64 = 0

        fileprivate init(
            base: Base.AsyncIterator, limitBytes: Int64, allowance: QuotaAllowance?, state: Shared
        ) {
            self.base = base
            self.limitBytes = limitBytes
            self.allowance = allowance
            self.state = state
        }

        mutating func next() async throws -> ByteBuffer? {
            let buffer: ByteBuffer?
            do {
                buffer = try await base.next()
            } catch {
                // Cancelled: the registry failed, and nobody wants the rest of the body.
                if !Task.isCancelled { state.lock.withLock { $0.sourceFailed = true } }
                throw error
            }
            seen += Int64(buffer?.readableBytes ?? 0)
            do {
                guard seen <= limitBytes else { throw Refusal.tooLarge(limitBytes: Int(limitBytes)) }
                try allowance?.require(seen, isWhole: buffer == nil)
                try state.lock.withLock { values in
                    if let buffer {
                        try values.inspector.take(buffer.readableBytesUInt8Span)
                    } else {
                        let inspection = try values.inspector.finish()
                        _ = try inspection.stored()
                        values.inspection = inspection
                    }
                }
            } catch let refusal as Refusal {
                state.lock.withLock { $0.refusal = refusal }
                throw refusal
            }
            return buffer
        }
    }
}
