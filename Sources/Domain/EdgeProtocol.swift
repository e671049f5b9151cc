package import FoundationEssentials

/// What edge and control plane say to each other: the shapes are shared by `ControlPlane` and `EdgeAgent`
/// (publish-and-edge.md, section 2f). JSON keys are snake case, times RFC 3339.
package enum EdgeProtocol {
    /// Paths below the edge port's root.
    package static let attestPath = "/api/v1/edge/attest"
    package static let logsPath = "/api/v1/edge/logs"

    /// Limits of one log batch; the server refuses more, the agent never sends more.
    package static let maxBatchPackedBytes = 4 << 20
    package static let maxBatchUnpackedBytes = 64 << 20
    package static let maxBatchRecords = 10_000

    /// Header names of a log batch.
    package static let epochHeader = "X-Stream-Epoch"
    package static let firstSequenceHeader = "X-First-Seq"
    package static let countHeader = "X-Count"
    package static let digestHeader = "Content-Digest"

    /// `POST attestPath`: the one-time token and a PKCS#10 request for the key the edge keeps.
    package struct AttestRequest: Codable, Sendable {
        package var joinToken: String
        /// PEM.
        package var csr: String
        package var agent: Agent?

        package init(joinToken: String, csr: String, agent: Agent?) {
            self.joinToken = joinToken
            self.csr = csr
            self.agent = agent
        }

        /// What joined, for people who look at the list of edges.
        package struct Agent: Codable, Sendable {
            package var version: String
            package var arch: String
            package var os: String
            package init(version: String, arch: String, os: String) {
                self.version = version
                self.arch = arch
                self.os = os
            }
        }
    }

    /// The identity.
    package struct AttestResponse: Codable, Sendable {
        /// PEM certificates, leaf first.
        package var svid: [String]
        /// PEM certificates of the trust domain's authorities, to check the edge port with.
        package var trustBundle: [String]
        /// `spiffe://…` URI.
        package var spiffeId: String
        package var edgeId: String
        package var expiresAt: Date
        /// Path or URL for log batches.
        package var logsUrl: String

        package init(
            svid: [String], trustBundle: [String], spiffeId: String, edgeId: String, expiresAt: Date, logsUrl: String
        ) {
            self.svid = svid
            self.trustBundle = trustBundle
            self.spiffeId = spiffeId
            self.edgeId = edgeId
            self.expiresAt = expiresAt
            self.logsUrl = logsUrl
        }
    }

    /// The answer to a log batch, also inside the 409 of a gap: everything up to `acked` is stored for good.
    package struct LogAck: Codable, Sendable, Hashable {
        package var acked: Int64
        /// True when the whole batch had been stored before.
        package var duplicate: Bool
        /// How long the agent should wait before its next batch.
        package var nextDelayMs: Int

        package init(acked: Int64, duplicate: Bool, nextDelayMs: Int) {
            self.acked = acked
            self.duplicate = duplicate
            self.nextDelayMs = nextDelayMs
        }
    }
}
