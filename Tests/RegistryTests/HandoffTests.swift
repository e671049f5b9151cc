import NIOCore
import TestSupport
import Testing

@testable import Registry

@Suite(.timeLimit(.minutes(4))) struct HandoffTests {
    private struct Stop: Error {}

    @Test(arguments: [1, 1000, 70_000]) func `all bytes arrive in order, however they are cut`(piece: Int) async throws
    {
        let bytes = sampleBytes(min(piece * 300, 2_000_000))
        let handoff = Handoff(capacity: 100_000)
        let sender = Task {
            for start in stride(from: 0, to: bytes.count, by: piece) {
                try await handoff.send(ByteBuffer(bytes: bytes[start..<min(start + piece, bytes.count)]))
            }
            handoff.end(.success(()))
        }
        var received: [UInt8] = []
        for try await buffer in handoff { received += Array(buffer: buffer) }
        try await sender.value
        #expect(received == bytes)
    }

    @Test func `the producer waits while more than the capacity is under way`() async throws {
        let handoff = Handoff(capacity: 1000)
        try await handoff.send(ByteBuffer(repeating: 1, count: 900))
        let second = Task { try await handoff.send(ByteBuffer(repeating: 2, count: 900)) }
        // Waits for room, and a consumer that goes away wakes it.
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        await #expect(throws: CancellationError.self) { try await handoff.send(ByteBuffer(repeating: 3, count: 1)) }
    }

    @Test func `a failure reaches a consumer that waits`() async throws {
        let handoff = Handoff(capacity: 1000)
        let consumer = Task { try await handoff.makeAsyncIterator().next() }
        handoff.end(.failure(Stop()))
        await #expect(throws: Stop.self) { try await consumer.value }
        handoff.end(.success(()))
        await #expect(throws: Stop.self) { try await handoff.makeAsyncIterator().next() }
    }
}
