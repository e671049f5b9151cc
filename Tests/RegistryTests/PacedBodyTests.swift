import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Registry

@Suite(.timeLimit(.minutes(4))) struct PacedBodyTests {
    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    @Test func `no more than a mebibyte is given out while the event loop is busy`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let busy = DispatchSemaphore(value: 0)
        let loop = group.next()
        loop.execute { busy.wait() }

        let counter = Counter()
        let chunk = [UInt8](repeating: 0, count: 64 << 10)
        let body = PacedBody(source: ByteStream(Array(repeating: chunk, count: 64)), loops: [loop])
        let consumer = Task {
            for try await _ in body { counter.value.add(1, ordering: .relaxed) }
        }
        while counter.value.load(ordering: .relaxed) < 16 { await Task.yield() }
        for _ in 0..<10_000 { await Task.yield() }
        #expect(counter.value.load(ordering: .relaxed) == 16)
        busy.signal()
        try await consumer.value
        #expect(counter.value.load(ordering: .relaxed) == 64)
        try await group.shutdownGracefully()
    }
}
