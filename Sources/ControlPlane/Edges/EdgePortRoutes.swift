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
    let addresses: ClientAddresses

    private static let attestLimit = 16 << 10

    func add(to router: Router<EdgePortContext>) {
        router.post(RouterPath(EdgeProtocol.attestPath), use: attest)
        router.post(RouterPath(EdgeProtocol.logsPath), use: ship)
    }

    @Sendable private func attest(_ request: Request, _ context: EdgePortContext) async throws -> Response {
        let body = try await request.smallBody(upTo: Self.attestLimit)
        let attest = try JSONBody.decode(EdgeProtocol.AttestRequest.self, from: body)
        let peer = context.channel?.remoteAddress?.ipAddress
        // TLS reaches this port unbroken, so no proxy can have written a header.
        let network = addresses.address(peer: peer, forwardedFor: []).map(IPAddress.network)
        let origin = RequestOrigin(address: peer.map(IPAddress.plain), requestID: context.id)
        return Response(
            json: try await RequestOrigin.$current.withValue(origin) {
                try await attestation.attest(attest, from: network)
            })
    }

    @Sendable private func ship(_ request: Request, _ context: EdgePortContext) async throws -> Response {
        let edge = try await identities.principal(of: context)
        let shipment = try LogShipment(request.headers)
        return Response(
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

/// The identity, with snake-case keys like all of `EdgeProtocol`.
extension EdgeProtocol.AttestResponse: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("svid", svid)
            $0.member("trust_bundle", trustBundle)
            $0.member("spiffe_id", spiffeId)
            $0.member("edge_id", edgeId)
            $0.member("expires_at", expiresAt)
            $0.member("logs_url", logsUrl)
        }
    }
}

/// The acknowledged position of a log stream.
extension EdgeProtocol.LogAck: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("acked", acked)
            $0.member("duplicate", duplicate)
            $0.member("next_delay_ms", nextDelayMs)
        }
    }
}
