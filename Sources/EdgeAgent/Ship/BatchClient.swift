package import AsyncHTTPClient
package import Domain
package import NIOSSL

/// Sends batches to the control plane with the edge's identity.
package struct BatchClient: Sendable {
    private let url: String
    private let client: HTTPClient
    private let time: any TimeSource

    /// - Parameter client: made with `tls(for:)`.
    package init(_ identity: EdgeIdentity, client: HTTPClient, time: any TimeSource) {
        url = identity.logsURL
        self.client = client
        self.time = time
    }

    /// TLS 1.3 with the SVID as client certificate; whom it trusts is the identity's `serverTrust`.
    /// - Throws: `EdgeAgentError` with code `storage` when the identity's certificates can't be read.
    package static func tls(for stored: StoredIdentity) throws(EdgeAgentError) -> TLSConfiguration {
        do {
            let chain = try stored.identity.svid.map { try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem) }
            let roots = try (stored.identity.serverTrust ?? stored.identity.trustBundle).flatMap {
                try NIOSSLCertificate.fromPEMBytes(Array($0.utf8))
            }
            let key = try NIOSSLPrivateKey(bytes: Array(stored.privateKey.reveal().utf8), format: .pem)
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv13
            if !roots.isEmpty { tls.trustRoots = .certificates(roots) }
            tls.certificateChain = chain.map { .certificate($0) }
            tls.privateKey = .privateKey(key)
            return tls
        } catch {
            throw EdgeAgentError(.storage, "the certificates of the stored identity can't be read")
        }
    }

    /// One attempt. A failed connection is `later`: whether the batch was stored is unknown, and sending it again is
    /// harmless.
    package func send(_ batch: LogBatch) async throws -> BatchReply {
        do {
            let answer = try await HTTP.post(url, batch.headers, batch.body, with: client)
            return BatchReply(answer, now: time.now())
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .later("\(error)", nil)
        }
    }
}
