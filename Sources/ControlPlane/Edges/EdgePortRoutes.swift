import Auth
import Domain
import FoundationEssentials
import Hummingbird
import NIOCore

/// The edge port: `POST /api/v1/edge/attest` without a client certificate, `POST /api/v1/edge/logs` with one.
struct EdgePortRoutes {
    let attestation: Attestation
    let logs: EdgeLogs
    let identities: EdgeIdentities

    private static let attestLimit = 16 << 10

    func add(to router: Router<EdgePortContext>) {
        router.post(RouterPath(EdgeProtocol.attestPath), use: attest)
        router.post(RouterPath(EdgeProtocol.logsPath), use: ship)
    }

    @Sendable private func attest(_ request: Request, _ context: EdgePortContext) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.attestLimit)
        } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge(limitBytes: Self.attestLimit)
        }
        let attest = try JSONBody.decode(EdgeProtocol.AttestRequest.self, from: body)
        return try Response(json: try await attestation.attest(attest))
    }

    @Sendable private func ship(_ request: Request, _ context: EdgePortContext) async throws -> Response {
        let edge = try await identities.principal(of: context)
        let shipment = try LogShipment(request.headers)
        return try Response(
            json: try await logs.take(shipment, from: edge) {
                do {
                    return Array(
                        try await request.body.collect(upTo: EdgeProtocol.maxBatchPackedBytes).readableBytesView)
                } catch is NIOTooManyBytesError {
                    throw Refusal.tooLarge(limitBytes: EdgeProtocol.maxBatchPackedBytes)
                }
            })
    }
}
