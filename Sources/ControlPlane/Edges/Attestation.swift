import Auth
import Domain
import FoundationEssentials
import Persistence

/// An edge's first contact: a one-time token and a key become an identity (EDGE-12, EDGE-21).
package struct Attestation: Sendable {
    let database: Database
    let authority: CertificateAuthority
    let settings: EdgeSettings
    let failures: FailureBuckets
    let time: any TimeSource
    let random: any RandomSource

    /// The one answer to any token that does not work: it says nothing about which check failed.
    static let refused = Refusal.unauthenticated(
        "invalid_join_token: the join token does not work; ask for a new bundle")

    /// Uses the token up for the key in the request and returns the identity. The request is checked before the token is
    /// touched, so that a broken one costs no token; the same key may ask again for ten minutes.
    /// - Parameter network: whose failures count together (`IPAddress.network`); `nil` when it is not known, and then
    ///   nothing is counted.
    /// - Throws: `Refusal`: invalid (`csr`), unauthenticated, tooMany after too many of these; `DatabaseError`.
    func attest(_ request: EdgeProtocol.AttestRequest, from network: String?) async throws
        -> EdgeProtocol.AttestResponse
    {
        guard let network else { return try await attest(request) }
        if let seconds = failures.wait(of: network, at: time.now()) {
            throw Refusal.tooMany(retryAfterSeconds: seconds)
        }
        do {
            return try await attest(request)
        } catch let refusal as Refusal {
            failures.fail(network, at: time.now())
            throw refusal
        }
    }

    private func attest(_ request: EdgeProtocol.AttestRequest) async throws -> EdgeProtocol.AttestResponse {
        guard let token = JoinToken(request.joinToken) else { throw Self.refused }
        let csr = try CertificateRequest(pem: request.csr, field: "csr")
        let agent = try request.agent.map { try JSONText(encoding: $0) }
        let serial = CertificateSerial(random: random)
        let now = time.now()
        let digest = token.digest.bytes
        let origin = RequestOrigin.current
        let issued = try await database.system(because: "an edge that joins has no identity yet").write {
            [authority, settings] tx -> (EdgeID, [UInt8], Date)? in
            let claim = try tx.run(
                .claimJoinToken(
                    sha256: digest, spki: csr.keySHA256.bytes, serial: serial.bytes, at: now,
                    replaySince: now - TimeInterval(JoinToken.replayWindowSeconds)))
            guard let claim else { return nil }
            if let kept = claim.svidDER { return (claim.edgeID, kept, claim.consumedAt) }
            let svid = try authority.issueEdgeSVID(
                for: try settings.spiffeID(of: claim.edgeID), request: csr, now: claim.consumedAt,
                serial: CertificateSerial(bytes: claim.serial))
            _ = try tx.run(.keepSVID(sha256: digest, svidDER: svid.der))
            _ = try tx.run(
                .insertAuditEvent(
                    .edgeAttest, on: AuditSubject(.edge, claim.edgeID), by: .edge(claim.edgeID), from: origin))
            _ = try tx.run(.noteEdgeAttested(claim.edgeID, serial: svid.serial.bytes, agent: agent, at: now))
            return (claim.edgeID, svid.der, claim.consumedAt)
        }
        guard let (edge, svid, issuedAt) = issued else { throw Self.refused }
        return try response(edge, svid, issuedAt)
    }

    /// The end is the certificate's, also when it is given again.
    private func response(
        _ edge: EdgeID, _ svid: [UInt8], _ issuedAt: Date
    ) throws(Refusal) -> EdgeProtocol.AttestResponse {
        let start = Date(timeIntervalSince1970: issuedAt.timeIntervalSince1970.rounded(.down))
        return EdgeProtocol.AttestResponse(
            svid: [PEM.certificate(svid)], trustBundle: [authority.certificatePEM],
            spiffeId: try settings.spiffeID(of: edge).description, edgeId: edge.description,
            expiresAt: start + TimeInterval(CertificateAuthority.svidLifeSeconds), logsUrl: EdgeProtocol.logsPath)
    }
}
