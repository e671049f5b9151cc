import Auth
import Crypto
import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import ControlPlane

/// How often an address may fail to join, over the edge port's own routes.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct AttestationBoundTests {
    private let random = SystemRandom()

    /// What a client at an address is answered.
    private func attest(_ token: String, _ csr: String, from address: String, _ server: TestServer) async throws
        -> Response
    {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: .init(ipAddress: address, port: 1))
        let body = try JSONEncoder().encode(["join_token": token, "csr": csr])
        let request = Request(
            head: .init(method: .post, scheme: "https", authority: "localhost", path: EdgeProtocol.attestPath),
            body: .init(buffer: ByteBuffer(bytes: body)))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        logger[metadataKey: "hb.request.id"] = "r"
        let context = EdgePortContext(source: .init(channel: channel, logger: logger))
        return try await Routers.edgePort(server.services).buildResponder().respond(to: request, context: context)
    }

    private func csr() throws -> String {
        try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName {}, privateKey: .init(P256.Signing.PrivateKey()),
            attributes: .init(), signatureAlgorithm: .ecdsaWithSHA256
        ).serializeAsPEM().pemString
    }

    private func status(_ token: String, _ csr: String, from address: String, _ server: TestServer) async throws -> Int
    {
        try await attest(token, csr, from: address, server).status.code
    }

    @Test func `thirty failures of a network are free, then it waits and others don't`() async throws {
        let (time, csr) = (ManualTime(), try csr())
        try await TestServer.with(time: time) { server in
            for number in 0..<30 {
                // A token that does not work and a request that is none cost the same.
                let isWhole = number % 2 == 0
                let code = try await status(
                    random.uuid().text, isWhole ? csr : "none", from: "2001:db8:1:2::\(number)", server)
                #expect(code == (isWhole ? 401 : 422))
            }
            let refused = try await attest(random.uuid().text, csr, from: "2001:db8:1:2:3::1", server)
            #expect(refused.status.code == 429)
            #expect(refused.headers[.retryAfter] == "10")
            #expect(refused.headers[.contentType] == "application/problem+json")
            for other in ["2001:db8:1:3::1", "192.0.2.1", "::ffff:192.0.2.1"] {
                #expect(try await status(random.uuid().text, csr, from: other, server) == 401)
            }
            time.advance(by: 10)
            #expect(try await status(random.uuid().text, csr, from: "2001:db8:1:2::1", server) == 401)
            #expect(try await status(random.uuid().text, csr, from: "2001:db8:1:2::1", server) == 429)
        }
    }

    @Test func `those who join from one address are not held up by each other`() async throws {
        let (time, csr, token) = (ManualTime(), try csr(), JoinToken(random: random))
        try await TestServer.with(time: time) { server in
            try await insertEdge(token, at: time.now())
            for _ in 0..<29 { #expect(try await status(random.uuid().text, csr, from: "192.0.2.1", server) == 401) }
            // The same key may ask again.
            for _ in 0..<40 { #expect(try await status(token.text.reveal(), csr, from: "192.0.2.1", server) == 200) }
            #expect(try await status(random.uuid().text, csr, from: "192.0.2.1", server) == 401)
            #expect(try await status(token.text.reveal(), csr, from: "192.0.2.1", server) == 429)
            #expect(try await status(token.text.reveal(), csr, from: "192.0.2.2", server) == 200)
        }
    }

    @Test func `behind a proxy on this machine, who may be anybody, nobody is counted`() async throws {
        let csr = try csr()
        try await TestServer.with { server async throws in
            for _ in 0..<40 { #expect(try await status(random.uuid().text, csr, from: "127.0.0.1", server) == 401) }
        }
    }

    /// An edge without what it belongs to.
    private func insertEdge(_ token: JoinToken, at: Date) async throws {
        let edge = random.uuid().text
        let somebody = "(select id from users limit 1)"
        try await TestDatabase.psql(
            """
            set session_replication_role = replica;
            insert into edges (id, workspace_id, pipeline_id, publish_id, name, tags, created_by, created_at)
            values ('\(edge)', 1, 1, 1, 'e', '{}', \(somebody), to_timestamp(\(at.timeIntervalSince1970)));
            insert into join_tokens (token_sha256, workspace_id, edge_id, created_by, created_at, expires_at)
            values ('\\x\(token.digest.hex)', 1, '\(edge)', \(somebody), to_timestamp(\(at.timeIntervalSince1970)),
                to_timestamp(\(at.timeIntervalSince1970 + 3600)))
            """)
    }
}
