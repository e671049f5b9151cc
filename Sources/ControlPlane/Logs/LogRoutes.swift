import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// | route | who |
/// |---|---|
/// | `GET /pipelines/{pipeline_id}/logs` | members |
///
/// The newest records first, as NDJSON (`Accept: application/x-ndjson`) or as one array of pandas records (the default).
/// `X-Drover-Log-Status` says whether that was all, `X-Next-Cursor` where to go on.
struct LogRoutes {
    let logs: PipelineLogs

    func add(to group: RouterGroup<TenantContext>) {
        group.get("pipelines/{pipeline_id}/logs", use: read)
    }

    @Sendable private func read(_ request: Request, _ context: TenantContext) async throws -> Response {
        let id = try context.id("pipeline_id", of: .pipeline, as: PipelineID.self)
        let limit = try Self.limit(request)
        let position = try Self.position(request)
        let answer = try await logs.read(id, limit: limit, from: position, by: context.principal)
        var headers: HTTPFields = [.logStatus: answer.status.rawValue]
        if let next = answer.next { headers[.nextCursor] = Cursor.encode(next.description) }
        let asLines = request.headers[.accept]?.contains("application/x-ndjson") ?? false
        headers[.contentType] = asLines ? "application/x-ndjson" : "application/json; format=pandas-records"
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: Self.body(answer.records, asLines: asLines)))
    }

    /// 1…10000; 100 unless told (LOG-03).
    private static func limit(_ request: Request) throws(Refusal) -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return 100 }
        guard let value = Int(text), (1...10_000).contains(value) else {
            throw .invalid("limit", "range", "a whole number from 1 to 10000")
        }
        return value
    }

    private static func position(_ request: Request) throws(Refusal) -> PipelineLogs.Position? {
        guard let text = request.uri.queryParameters["cursor"] else { return nil }
        guard let position = Cursor.decode(String(text)).flatMap(PipelineLogs.Position.init) else {
            throw .invalid("cursor", "cursor", "an X-Next-Cursor of this list, unchanged")
        }
        return position
    }

    private static func body(_ records: [[UInt8]], asLines: Bool) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(records.reduce(2) { $0 + $1.count + 1 })
        if !asLines { buffer.writeInteger(UInt8(ascii: "[")) }
        for (index, record) in records.enumerated() {
            if index > 0, !asLines { buffer.writeInteger(UInt8(ascii: ",")) }
            buffer.writeBytes(record)
            if asLines { buffer.writeInteger(UInt8(ascii: "\n")) }
        }
        if !asLines { buffer.writeInteger(UInt8(ascii: "]")) }
        return buffer
    }
}

extension HTTPField.Name {
    static let logStatus = HTTPField.Name.known("X-Drover-Log-Status")
    static let nextCursor = HTTPField.Name.known("X-Next-Cursor")
}
