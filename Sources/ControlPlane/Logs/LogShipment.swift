import Domain
import FoundationEssentials
import HTTPTypes

/// The head of a log batch (publish-and-edge.md, section 2f): which records of which stream.
struct LogShipment: Sendable {
    /// A stream begins anew when the edge's log on disk was lost.
    let epoch: UUID
    /// Sequence number of the first record; streams begin at 1.
    let first: Int64
    let count: Int64
    /// Of the body as it was sent.
    let digest: Digest
    let isCompressed: Bool

    var last: Int64 { first + count - 1 }

    /// - Throws: `Refusal.invalid` naming the header; 415 for another content type or encoding.
    init(_ headers: HTTPFields) throws(Refusal) {
        epoch = try Self.header(headers, EdgeProtocol.epochHeader, "uuid", "a UUID") { UUID(text: $0) }
        first = try Self.header(headers, EdgeProtocol.firstSequenceHeader, "range", "a whole number from 1 to 2^53") {
            Int64($0).flatMap { (1...(1 << 53)).contains($0) ? $0 : nil }
        }
        // A gap covers a range of any length with one record; its body is checked against it.
        count = try Self.header(headers, EdgeProtocol.countHeader, "range", "a whole number from 1 to 2^53") {
            Int64($0).flatMap { (1...(1 << 53)).contains($0) ? $0 : nil }
        }
        guard let digest = try ContentDigest.parse(headers) else {
            throw .invalid(EdgeProtocol.digestHeader, "required", "sha-256 of the body as it is sent")
        }
        self.digest = digest
        switch headers[.contentEncoding]?.lowercased() {
        case nil, "identity": isCompressed = false
        case "gzip": isCompressed = true
        default: throw .unsupportedMediaType("Content-Encoding must be gzip or absent")
        }
        guard headers[.contentType]?.lowercased().hasPrefix("application/x-ndjson") ?? false else {
            throw .unsupportedMediaType("a log batch is application/x-ndjson")
        }
    }

    private static func header<T>(
        _ headers: HTTPFields, _ name: String, _ rule: String, _ detail: String, _ parse: (String) -> T?
    ) throws(Refusal) -> T {
        guard let text = headers[.known(name)] else { throw .invalid(name, "required", detail) }
        guard let value = parse(text) else { throw .invalid(name, rule, detail) }
        return value
    }
}

/// A refusal of a log batch that tells the edge where its stream stands, or which record is at fault.
struct LogRefusal: Error {
    let refusal: Refusal
    var ack: EdgeProtocol.LogAck?
    var record: Int64?
}
