import Domain
import EdgeAgent
import FoundationEssentials
import NIOHTTP1
import TestSupport
import Testing

/// Shipping over real TLS to a server that loses, repeats and refuses.
@Suite(.timeLimit(.minutes(4))) struct LogShipperTests {
    private let folder: TemporaryDirectory
    private let clock = InstantClock()
    private let plane: FakeControlPlane
    private let bundle: Secret<String>

    init() async throws {
        folder = try TemporaryDirectory()
        plane = try await FakeControlPlane.start()
        bundle = Secret(try await plane.bundle(pin: plane.authority.pin).base64)
    }

    private func agent(_ change: (inout EdgeAgent.Settings) -> Void = { _ in }) -> EdgeAgent {
        var settings = EdgeAgent.Settings(persistDirectory: folder.path)
        settings.bundle = bundle
        change(&settings)
        return EdgeAgent(settings, .testing(clock))
    }

    private func file(_ range: ClosedRange<Int>, _ name: String = "in.ndjson") throws -> String {
        try folder.write(name, records(range).joined(separator: "\n"))
    }

    private func failure(_ work: () async throws -> Void) async -> EdgeAgentError? {
        do {
            try await work()
            return nil
        } catch { return error as? EdgeAgentError }
    }

    @Test func `records arrive in order over mutual TLS and are told in the summary`() async throws {
        let shipped = try await agent().ship(try file(1...25_000))
        #expect(await plane.stored == records(1...25_000))
        #expect(shipped.summary.records == 25_000 && shipped.summary.batches == 3)
        #expect(shipped.summary.firstSequence == 1 && shipped.summary.lastSequence == 25_000)
        #expect(await plane.batches.allSatisfy { $0.peer != nil })
        let status = try agent().status()
        #expect(status.log?.depth == 0 && status.log?.lastAcknowledged == 25_000)
    }

    @Test func `the server without the client certificate refuses, which is final`() async throws {
        await plane.set(logFaults: [.answer(403, [:], "{\"title\":\"edge removed\"}")])
        let error = await failure { _ = try await agent().ship(try file(1...3)) }
        #expect(error?.code == .refused && error?.message.contains("edge removed") == true)
        #expect(clock.sleeps.isEmpty)
        // Nothing is lost: the records are still in the log.
        #expect(try agent().status().log?.depth == 3)
    }

    @Test func `an acknowledgement that was lost does not store a record twice`() async throws {
        await plane.set(logFaults: [.hangUpAfter, .hangUpAfter])
        let shipped = try await agent().ship(try file(1...100))
        #expect(await plane.stored == records(1...100))
        #expect(await plane.batches.count == 3)
        #expect(shipped.summary.records == 100)
        #expect(clock.sleeps.count == 2)
    }

    @Test func `a lost request is repeated, and Retry-After is honoured`() async throws {
        await plane.set(logFaults: [.hangUpBefore, .answer(429, ["Retry-After": "42"]), .answer(503)])
        _ = try await agent().ship(try file(1...10))
        #expect(await plane.stored == records(1...10))
        #expect(clock.sleeps.count == 3 && clock.sleeps[1] == .seconds(42))
    }

    @Test func `the server's wish for a pause is kept between batches, not after the last`() async throws {
        await plane.set(nextDelayMs: 700)
        _ = try await agent().ship(try file(1...25_000))
        #expect(clock.sleeps == [.milliseconds(700), .milliseconds(700)])
    }

    @Test func `a server that lost the end of the stream gets it again from where it ends`() async throws {
        _ = try await agent().ship(try file(1...50, "one"))
        await plane.forget(after: 20)
        _ = try await agent().ship(try file(51...60, "two"))
        #expect(await plane.stored == records(1...60))
    }

    @Test func `what the server lost and the edge no longer has becomes a visible gap`() async throws {
        _ = try await agent { $0.log.segmentBytes = 600 }.ship(try file(1...200, "one"))
        await plane.forget(after: 20)
        _ = try await agent { $0.log.segmentBytes = 600 }.ship(try file(201...210, "two"))
        let stored = await plane.stored
        #expect(stored.count == 210)
        #expect(stored[20].contains("\"reason\":\"forgotten\""))
        #expect(Array(stored.suffix(10)) == records(201...210))
    }

    @Test func `numbers that the server knows and the edge does not begin a new epoch, nothing is dropped`()
        async throws
    {
        _ = try await agent().ship(try file(1...10, "one"))
        await plane.invent(["{\"lost\":1}", "{\"lost\":2}"])
        _ = try await agent().ship(try file(11...11, "two"))
        #expect(await plane.epochs.count == 2)
        #expect(await plane.stored == records(1...10) + ["{\"lost\":1}", "{\"lost\":2}"] + records(11...11))
    }

    @Test func `one bad record goes to the dead letters, a gap takes its place, the others arrive`() async throws {
        await plane.set(poison: ["{\"n\":7}", "{\"n\":8}"])
        let shipped = try await agent().ship(try file(1...10))
        let gap = { (n: Int) in "{\"gap\":{\"from\":\(n),\"to\":\(n),\"reason\":\"refused\"}}" }
        #expect(await plane.stored == records(1...6) + [gap(7), gap(8)] + records(9...10))
        #expect(shipped.summary.refused == 2 && shipped.summary.records == 8)
        let letters = try folder.read("dead-letter.ndjson").split(separator: "\n")
        #expect(letters.count == 2)
        #expect(letters[0].contains("\"record\":\"{\\\"n\\\":7}\"") && letters[0].contains("\"seq\":7"))
    }

    @Test func `a bad record is not sent again after a crash`() async throws {
        await plane.set(logFaults: [.none, .answer(403)], poison: ["{\"n\":2}"])
        _ = await failure { _ = try await agent().ship(try file(1...3)) }
        let before = await plane.batches.count
        _ = try await agent().ship(nil)
        #expect(try folder.read("dead-letter.ndjson").split(separator: "\n").count == 1)
        #expect(await plane.stored.count == 3)
        let later = await plane.batches.dropFirst(before).compactMap { try? ReceivedBatch($0) }
        #expect(later.allSatisfy { !$0.lines.contains("{\"n\":2}") })
    }

    @Test func `a batch that is too large is sent in smaller ones`() async throws {
        await plane.set(mostRecords: 30)
        let shipped = try await agent().ship(try file(1...100))
        #expect(await plane.stored == records(1...100))
        #expect(shipped.summary.batches == 4)
    }

    @Test func `records that do not compress are packed below the server's limit`() async throws {
        let random = SystemRandom()
        let lines = (1...60).map { _ in "{\"r\":\"\(Hex.encode(random.bytes(100_000)))\"}" }
        let shipped = try await agent().ship(try folder.write("in", lines.joined(separator: "\n")))
        #expect(await plane.stored == lines)
        #expect(shipped.summary.batches > 1)
    }

    @Test func `records dropped at the cap are shipped as one gap`() async throws {
        let directory = folder.path + "/wal"
        _ = try await agent().join()
        do {
            var log = try WriteAheadLog.testing(directory, segmentBytes: 1 << 10, capBytes: 4 << 10)
            try log.add(records(1...1000))
            _ = try folder.write("wal/edge", plane.edge.text)
        }
        let shipped = try await agent().ship(nil)
        let stored = await plane.stored
        #expect(stored.count == 1000)
        #expect(stored[0].contains("buffer_full") && stored.last == "{\"n\":1000}")
        #expect(shipped.summary.missing + shipped.summary.records == 1000)
    }

    @Test func `a new identity does not go on with the numbers of the old one`() async throws {
        await plane.set(logFaults: [.answer(403)])
        _ = await failure { _ = try await agent().ship(try file(1...5)) }
        let other = try await FakeControlPlane.start()
        let renewed = try await other.bundle(token: "other", pin: other.authority.pin)
        _ = try await agent { $0.bundle = Secret(renewed.base64) }.ship(nil)
        #expect(await other.stored == records(1...5))
    }

    @Test func `a file with a bad line ships the good ones and says which was bad`() async throws {
        let path = try folder.write("in", "{\"n\":1}\nnope\n{\"n\":2}\n")
        let shipped = try await agent().ship(path)
        #expect(await plane.stored == records(1...2))
        #expect(shipped.input.refused.map(\.line) == [2])
    }

    @Test func `a pandas array ships as its records`() async throws {
        _ = try await agent().ship(try folder.write("in", "[" + records(1...30).joined(separator: ",\n") + "]\n"))
        #expect(await plane.stored == records(1...30))
    }

    @Test func `an edge port with another authority than the trust bundle's gets nothing`() async throws {
        let mallory = try await FakeControlPlane.start()
        await plane.answerLogs(at: "https://localhost:\(try #require(await mallory.server).port)/api/v1/edge/logs")
        let error = await failure { _ = try await agent().ship(try file(1...3)) }
        #expect(error?.code == .unreachable)
        #expect(await mallory.batches.isEmpty)
    }
}
