import Archive
import Crypto
import Domain
import EdgeAgent
import FoundationEssentials
import NIOHTTP1

/// The edge port's side of the protocol, with faults on demand. It keeps what it stores by epoch and number and refuses
/// what the real one refuses.
actor FakeControlPlane {
    enum Fault: Sendable {
        case none
        /// The answer is lost after the work is done.
        case hangUpAfter
        /// The request is lost.
        case hangUpBefore
        case answer(Int, HTTPHeaders = [:], String = "{}")
        /// Work done, then something happens before the answer is lost.
        case after(@Sendable () -> Void)
    }

    let authority: TestAuthority
    let edge = SystemRandom().uuid()
    private(set) var server: TestServer?

    var joinFaults: [Fault] = []
    var logFaults: [Fault] = []
    /// Texts of records that are refused with 422.
    var poison: Set<String> = []
    /// More records than this in a batch are refused with 413.
    var mostRecords = EdgeProtocol.maxBatchRecords
    var nextDelayMs = 0
    var logsURL = EdgeProtocol.logsPath

    private(set) var joins: [EdgeProtocol.AttestRequest] = []
    private(set) var batches: [TestRequest] = []
    private(set) var streams: [String: [String]] = [:]
    private(set) var epochs: [String] = []

    init(_ authority: TestAuthority) { self.authority = authority }

    /// A control plane that listens; `presenting` is the authority of its own certificate.
    static func start(presenting: TestAuthority? = nil, host: String = "localhost") async throws -> FakeControlPlane {
        let authority = try TestAuthority()
        let plane = FakeControlPlane(authority)
        let server = try await TestServer(try (presenting ?? authority).server(for: host)) {
            await plane.respond($0)
        }
        await plane.attach(server)
        return plane
    }

    private func attach(_ server: TestServer) { self.server = server }

    func set(
        joinFaults: [Fault] = [], logFaults: [Fault] = [], poison: Set<String> = [], mostRecords: Int = 10_000,
        nextDelayMs: Int = 0
    ) {
        self.nextDelayMs = nextDelayMs
        self.joinFaults = joinFaults
        self.logFaults = logFaults
        self.poison = poison
        self.mostRecords = mostRecords
    }

    func answerLogs(at url: String) { logsURL = url }

    /// Forgets the end of a stream, as a restored backup does.
    func forget(after count: Int) {
        for epoch in streams.keys { streams[epoch] = Array(streams[epoch, default: []].prefix(count)) }
    }

    /// Has more records than it was sent, as after the edge's disk was rolled back.
    func invent(_ lines: [String]) {
        for epoch in streams.keys { streams[epoch, default: []] += lines }
    }

    /// All stored records, epoch after epoch.
    var stored: [String] { epochs.flatMap { streams[$0, default: []] } }

    func bundle(token: String = "11111111-2222-4333-8444-555555555555", pin: String?) throws -> EdgeBundle {
        try EdgeBundle(
            edgeName: EdgeName("edge-1"), joinToken: Secret(token),
            opsCenterHost: "localhost:\(server?.port ?? 0)/", pipelineURL: "r/p:v", workspaceID: 1, opsCASHA256: pin)
    }

    private func respond(_ request: TestRequest) -> TestAnswer {
        let isJoin = request.path == EdgeProtocol.attestPath
        let fault = isJoin ? joinFaults.popFirst() : logFaults.popFirst()
        if case .hangUpBefore = fault { return .hangUp }
        if case .answer(let status, let headers, let text) = fault {
            if isJoin { noteJoin(request) } else { batches.append(request) }
            return .answer(status, headers, text)
        }
        let answer = isJoin ? join(request) : logs(request)
        if case .hangUpAfter = fault { return .hangUp }
        if case .after(let event) = fault {
            event()
            return .hangUp
        }
        return answer
    }

    private func noteJoin(_ request: TestRequest) {
        if let join = try? WireJSON.decode(EdgeProtocol.AttestRequest.self, from: request.body) { joins.append(join) }
    }

    private func join(_ request: TestRequest) -> TestAnswer {
        noteJoin(request)
        guard let csr = joins.last?.csr, let id = try? SPIFFEID(trustDomain: "drover.test", edge: edge),
            let svid = try? authority.svid(csr: csr, id: id), let root = try? authority.pem,
            let answer = try? WireJSON.encode(
                EdgeProtocol.AttestResponse(
                    svid: [svid], trustBundle: [root], spiffeId: id.description, edgeId: edge.text,
                    expiresAt: SystemTime().now().addingTimeInterval(3600), logsUrl: logsURL))
        else { return .answer(400, [:], "{\"title\":\"bad request\"}") }
        return .answer(200, [:], String(decoding: answer, as: UTF8.self))
    }

    private func logs(_ request: TestRequest) -> TestAnswer {
        guard request.peer != nil else { return .answer(401, [:], "{\"title\":\"a client certificate is needed\"}") }
        batches.append(request)
        guard let batch = try? ReceivedBatch(request) else { return .answer(400, [:], "{\"title\":\"bad batch\"}") }
        if batch.count > mostRecords, !batch.isGap { return .answer(413, [:], "{\"title\":\"too many\"}") }
        if streams.updateValue(streams[batch.epoch, default: []], forKey: batch.epoch) == nil {
            epochs.append(batch.epoch)
        }
        let current = streams[batch.epoch, default: []].count
        if batch.first > current + 1 {
            return .answer(
                409, [:],
                "{\"title\":\"gap\",\"ack\":{\"acked\":\(current),\"duplicate\":false,\"next_delay_ms\":0}}")
        }
        let last = batch.first + batch.count - 1
        if last > current {
            if let bad = batch.lines.firstIndex(where: { poison.contains($0) }) {
                return .answer(422, [:], "{\"title\":\"bad record\",\"record\":\(batch.first + bad)}")
            }
            let lines =
                batch.isGap ? Array(repeating: batch.lines[0], count: batch.count) : batch.lines
            streams[batch.epoch, default: []] += lines.dropFirst(current + 1 - batch.first)
        }
        let acked = max(current, last)
        return .answer(
            200, [:], "{\"acked\":\(acked),\"duplicate\":\(last <= current),\"next_delay_ms\":\(nextDelayMs)}")
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}

/// A batch taken apart, and checked as the server must.
struct ReceivedBatch {
    let epoch: String
    let first: Int
    let count: Int
    let lines: [String]
    let isGap: Bool

    struct Wrong: Error {}

    init(_ request: TestRequest) throws {
        func header(_ name: String) -> String { request.headers.first(name: name) ?? "" }
        let digest = Data(SHA256.hash(data: request.body)).base64EncodedString()
        guard header("Content-Digest") == "sha-256=:\(digest):", header("Content-Encoding") == "gzip",
            header("Content-Type") == "application/x-ndjson", request.body.count <= EdgeProtocol.maxBatchPackedBytes,
            let epoch = UUID(uuidString: header("X-Stream-Epoch")), let first = Int(header("X-First-Seq")),
            let count = Int(header("X-Count")), first > 0, count > 0
        else { throw Wrong() }
        let text = try Gzip.inflate(request.body, limit: EdgeProtocol.maxBatchUnpackedBytes)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        let isGap = lines.count == 1 && lines[0].hasPrefix("{\"gap\":{\"from\":\(first),\"to\":\(first + count - 1),")
        guard text.last == 10, isGap || (lines.count == count && count <= EdgeProtocol.maxBatchRecords) else {
            throw Wrong()
        }
        self.epoch = epoch.text
        self.first = first
        self.count = count
        self.lines = lines
        self.isGap = isGap
    }
}
