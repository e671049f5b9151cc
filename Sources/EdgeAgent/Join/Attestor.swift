import AsyncHTTPClient
import Crypto
package import Domain
import FoundationEssentials
import Logging
import NIOHTTP1
import NIOSSL
import SwiftASN1
import X509

/// The join: presents the one-time token of a bundle and a certificate request, and keeps the identity that comes back
/// (publish-and-edge.md, section 2f, "attest").
package struct Attestor: Sendable {
    /// The line that tells of a join in the edge's log (EDGE-18).
    package static let successLine = "Node attestation was successful"

    private let bundle: EdgeBundle
    private let store: IdentityStore
    private let caFile: String?
    private let context: AgentContext

    /// - Parameter caFile: PEM certificates to trust instead of the system's, for a bundle without a pinned authority.
    package init(bundle: EdgeBundle, store: IdentityStore, caFile: String?, context: AgentContext) {
        self.bundle = bundle
        self.store = store
        self.caFile = caFile
        self.context = context
    }

    /// Joins, and returns when the identity is on the disk. Waits out network failures, 429 and 5xx.
    /// - Throws: `EdgeAgentError`: `untrusted` before the token is sent, `refused` for a token the server does not
    ///   take, `protocolViolation` for an answer that can't be used.
    package func join() async throws -> EdgeIdentity {
        let server = try ServerAddress(bundle.opsCenterHost)
        let joinKey = try store.joinKey(for: bundle.joinToken)
        let body = try request(joinKey.key)
        var patience = Patience(context)
        while true {
            switch try await attempt(server, body) {
            case .later(let reason, let delay): try await patience.wait(because: reason, retryAfter: delay)
            case .answer(let answer):
                let identity = try identity(from: answer, joinKey, server)
                try store.save(identity)
                return identity
            }
        }
    }

    private enum Attempt {
        case answer(HTTPAnswer)
        case later(String, Duration?)
    }

    private func attempt(_ server: ServerAddress, _ body: [UInt8]) async throws -> Attempt {
        do {
            let tls = try await trust(server)
            let answer = try await HTTP.withClient(tls) { client in
                try await HTTP.post(
                    server.base + EdgeProtocol.attestPath, ["Content-Type": "application/json"], body, with: client)
            }
            switch answer.status {
            case 200: return .answer(answer)
            case 408, 429, 500...599: return .later(answer.summary, answer.retryAfter(now: context.time.now()))
            case 401, 403: throw EdgeAgentError(.refused, Self.refusal(answer))
            default: throw EdgeAgentError(.protocolViolation, "the server refused the join: \(answer.summary)")
            }
        } catch let error as EdgeAgentError {
            guard error.code == .unreachable else { throw error }
            return .later(error.message, nil)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            guard !HTTP.isUntrusted(error) else {
                throw EdgeAgentError(
                    .untrusted, "the certificate of \(server.host) is not trusted; the join token was not sent")
            }
            return .later("\(server.host):\(server.port): \(error)", nil)
        }
    }

    private static func refusal(_ answer: HTTPAnswer) -> String {
        "the join token was refused (used, expired or revoked); remove the edge and add it again for a new EDGE_BUNDLE:"
            + " \(answer.summary)"
    }

    /// Whom to trust for the connection that carries the token.
    private func trust(_ server: ServerAddress) async throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let text = bundle.opsCASHA256 {
            guard let pin = Domain.Digest(hex: text) else {
                throw EdgeAgentError(.configuration, "OPS_CA_SHA256 in the EDGE_BUNDLE is not 64 lower-case hex digits")
            }
            tls.trustRoots = .certificates([try await PinnedAuthority.find(pin, at: server)])
        } else if let caFile {
            guard let roots = try? NIOSSLCertificate.fromPEMFile(caFile), !roots.isEmpty else {
                throw EdgeAgentError(.configuration, "\(caFile) holds no PEM certificate")
            }
            tls.trustRoots = .certificates(roots)
        }
        return tls
    }

    /// Whom to trust from now on: the same as for the token.
    private func serverTrust() throws(EdgeAgentError) -> [String]? {
        guard bundle.opsCASHA256 == nil else { return nil }
        return try caFile.map { path throws(EdgeAgentError) in
            [String(decoding: try Files.contents(path) ?? [], as: UTF8.self)]
        } ?? []
    }

    private func request(_ key: P256.Signing.PrivateKey) throws -> [UInt8] {
        let csr = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName {}, privateKey: Certificate.PrivateKey(key),
            attributes: CertificateSigningRequest.Attributes(), signatureAlgorithm: .ecdsaWithSHA256)
        return try WireJSON.encode(
            EdgeProtocol.AttestRequest(
                joinToken: bundle.joinToken.reveal(), csr: try csr.serializeAsPEM().pemString,
                agent: .init(version: AgentVersion.current, arch: AgentVersion.architecture, os: "linux")))
    }

    private func identity(
        from answer: HTTPAnswer, _ joinKey: JoinKey, _ server: ServerAddress
    ) throws(EdgeAgentError) -> EdgeIdentity {
        let unusable = { (what: String) in
            EdgeAgentError(.protocolViolation, "the server's answer to the join is unusable: \(what)")
        }
        guard let grant = try? WireJSON.decode(EdgeProtocol.AttestResponse.self, from: answer.body) else {
            throw unusable("not an attestation")
        }
        guard let leaf = grant.svid.first.flatMap({ try? Certificate(pemEncoded: $0) }),
            leaf.publicKey == Certificate.PublicKey(joinKey.key.publicKey)
        else { throw unusable("the certificate is not for this node's key") }
        guard let id = SPIFFEID(uri: grant.spiffeId), id.edgeID?.text == grant.edgeId, leaf.names(id) else {
            throw unusable("the certificate does not name the edge")
        }
        guard !grant.trustBundle.isEmpty, grant.trustBundle.allSatisfy({ (try? Certificate(pemEncoded: $0)) != nil })
        else { throw unusable("no trust bundle") }
        guard let logsURL = server.url(grant.logsUrl) else { throw unusable("the URL for logs is not https") }
        return EdgeIdentity(
            edgeID: grant.edgeId, spiffeID: grant.spiffeId, svid: grant.svid, trustBundle: grant.trustBundle,
            serverTrust: try serverTrust(), expiresAt: grant.expiresAt, logsURL: logsURL, server: server.base,
            joinFingerprint: joinKey.fingerprint)
    }
}

extension Certificate {
    /// Whether the only URI name is this one (X509-SVID, section 2).
    fileprivate func names(_ id: SPIFFEID) -> Bool {
        let names = (try? extensions.subjectAlternativeNames).flatMap { $0 } ?? SubjectAlternativeNames()
        let uris = names.compactMap { name in
            if case .uniformResourceIdentifier(let uri) = name { uri } else { nil }
        }
        return uris == [id.description]
    }
}

/// What the agent says of itself.
package enum AgentVersion {
    package static let current = "0.1.0"
    #if arch(arm64)
        package static let architecture = "arm64"
    #else
        package static let architecture = "x86_64"
    #endif
}
