import Crypto
import Domain
import EdgeAgent
import FoundationEssentials
import NIOHTTP1
import NIOSSL
import SwiftASN1
import TestSupport
import Testing
import X509

@Suite(.timeLimit(.minutes(4))) struct AttestorTests {
    private let folder: TemporaryDirectory
    private let clock = InstantClock()

    init() throws { folder = try TemporaryDirectory() }

    private func agent(_ bundle: EdgeBundle?, caFile: String? = nil) -> EdgeAgent {
        var settings = EdgeAgent.Settings(persistDirectory: folder.path)
        settings.bundle = bundle.map { Secret($0.base64) }
        settings.caFile = caFile
        return EdgeAgent(settings, .testing(clock))
    }

    private func failure(_ work: () async throws -> Void) async -> EdgeAgentError? {
        do {
            try await work()
            return nil
        } catch { return error as? EdgeAgentError }
    }

    @Test(.proves("EDGE-17")) func `a join gives an identity that is kept in the persist directory`() async throws {
        let plane = try await FakeControlPlane.start()
        let joined = try await agent(try await plane.bundle(pin: plane.authority.pin)).join()
        #expect(joined.isNew)
        let stored = try #require(try IdentityStore(persistDirectory: folder.path).load())
        #expect(stored.identity.edgeID == plane.edge.text)
        #expect(stored.identity.spiffeID == "spiffe://drover.test/ns/deployments/edge/\(plane.edge.text)")
        #expect(
            stored.identity.logsURL == "https://localhost:\(try #require(await plane.server).port)/api/v1/edge/logs")
        let leaf = try Certificate(pemEncoded: stored.identity.svid[0])
        let key = try P256.Signing.PrivateKey(pemRepresentation: stored.privateKey.reveal())
        #expect(leaf.publicKey == Certificate.PublicKey(key.publicKey))
    }

    @Test(.proves("ESRV-06")) func `after a restart the token is not presented again`() async throws {
        let plane = try await FakeControlPlane.start()
        let bundle = try await plane.bundle(pin: plane.authority.pin)
        _ = try await agent(bundle).join()
        #expect(try await agent(bundle).join().isNew == false)
        #expect(try await agent(nil).join().isNew == false)
        #expect(await plane.joins.count == 1)
    }

    @Test func `the token is nowhere in the persist directory`() async throws {
        let plane = try await FakeControlPlane.start()
        _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join()
        for name in try folder.names("identity") {
            #expect(!(try folder.read("identity/" + name)).contains("11111111-2222"))
        }
    }

    @Test func `a join whose answer was lost is repeated with the same key, also after a crash`() async throws {
        let plane = try await FakeControlPlane.start()
        await plane.set(joinFaults: [.hangUpAfter, .hangUpAfter])
        let bundle = try await plane.bundle(pin: plane.authority.pin)
        // The first process gives up after one attempt.
        var settings = EdgeAgent.Settings(persistDirectory: folder.path)
        settings.bundle = Secret(bundle.base64)
        let impatient = EdgeAgent(settings, .testing(clock, giveUpAfter: .zero))
        #expect(await failure { _ = try await impatient.join() }?.code == .unreachable)
        _ = try await agent(bundle).join()
        let keys = try await plane.joins.map { try CertificateSigningRequest(pemEncoded: $0.csr).publicKey }
        #expect(keys.count == 3)
        #expect(Set(keys).count == 1)
    }

    @Test func `a server with another authority than the pinned one does not get the token`() async throws {
        let other = try TestAuthority("Mallory")
        let plane = try await FakeControlPlane.start(presenting: other)
        let error = await failure { _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join() }
        #expect(error?.code == .untrusted)
        #expect(await plane.joins.isEmpty)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `a chain that only carries the pinned authority along does not get the token`() async throws {
        let authority = try TestAuthority()
        let mallory = try TestAuthority("Mallory")
        var tls = try mallory.server()
        tls.certificateChain.append(.certificate(try .init(bytes: try authority.der, format: .der)))
        let asked = Box(0)
        let server = try await TestServer(tls) { _ in
            asked.value += 1
            return .answer(200, [:], "{}")
        }
        let bundle = try EdgeBundle(
            edgeName: EdgeName("e"), joinToken: Secret("t"), opsCenterHost: "localhost:\(server.port)",
            pipelineURL: "r/p:v", workspaceID: 1, opsCASHA256: authority.pin)
        #expect(await failure { _ = try await agent(bundle).join() }?.code == .untrusted)
        #expect(asked.value == 0)
    }

    @Test func `a certificate for another host name does not get the token`() async throws {
        let plane = try await FakeControlPlane.start(host: "elsewhere.test")
        let error = await failure { _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join() }
        #expect(error?.code == .untrusted)
        #expect(await plane.joins.isEmpty)
    }

    @Test func `without a pin the authorities of the CA file are trusted, and else the system's`() async throws {
        let plane = try await FakeControlPlane.start()
        let bundle = try await plane.bundle(pin: nil)
        #expect(await failure { _ = try await agent(bundle).join() }?.code == .untrusted)
        #expect(await plane.joins.isEmpty)
        let file = try folder.write("ca.pem", plane.authority.pem)
        #expect(try await agent(bundle, caFile: file).join().isNew)
    }

    @Test(arguments: [401, 403]) func `a refused token ends the join at once`(_ status: Int) async throws {
        let plane = try await FakeControlPlane.start()
        await plane.set(joinFaults: [.answer(status, [:], "{\"title\":\"invalid_join_token\"}")])
        let error = await failure { _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join() }
        #expect(error?.code == .refused && error?.exitCode == 77)
        #expect(error?.message.contains("invalid_join_token") == true)
        #expect(error?.message.contains("11111111-2222") == false)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `busy servers and cut connections are waited out, as long as the server asks`() async throws {
        let plane = try await FakeControlPlane.start()
        await plane.set(joinFaults: [.answer(429, ["Retry-After": "17"]), .hangUpBefore, .answer(503)])
        _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join()
        #expect(clock.sleeps.count == 3)
        #expect(clock.sleeps[0] == .seconds(17))
        #expect(clock.sleeps[1] <= .seconds(2) && clock.sleeps[2] <= .seconds(4))
    }

    @Test func `another bundle makes another identity`() async throws {
        let plane = try await FakeControlPlane.start()
        _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join()
        let renewed = try await plane.bundle(token: "99999999-2222-4333-8444-555555555555", pin: plane.authority.pin)
        #expect(try await agent(renewed).join().isNew)
        #expect(await plane.joins.count == 2)
    }

    @Test func `without identity and bundle the agent says what is missing`() async throws {
        let error = await failure { _ = try await agent(nil).join() }
        #expect(error?.code == .configuration && error?.message.contains("EDGE_BUNDLE") == true)
    }

    @Test func `a bundle that is none is named, not echoed`() async throws {
        var settings = EdgeAgent.Settings(persistDirectory: folder.path)
        settings.bundle = Secret("c2VjcmV0LXRva2Vu")
        let error = await failure { _ = try await EdgeAgent(settings, .testing()).join() }
        #expect(error?.code == .configuration && error?.message.contains("c2Vj") == false)
    }

    @Test func `an answer for another key is not accepted`() async throws {
        let plane = try await FakeControlPlane.start()
        let other = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName {}, privateKey: Certificate.PrivateKey(P256.Signing.PrivateKey()),
            attributes: .init(), signatureAlgorithm: .ecdsaWithSHA256)
        let id = try SPIFFEID(trustDomain: "drover.test", edge: plane.edge)
        let answer = try WireJSON.encode(
            EdgeProtocol.AttestResponse(
                svid: [try plane.authority.svid(csr: try other.serializeAsPEM().pemString, id: id)],
                trustBundle: [try plane.authority.pem], spiffeId: id.description, edgeId: plane.edge.text,
                expiresAt: FixedTime().date, logsUrl: "/l"))
        await plane.set(joinFaults: [.answer(200, [:], String(decoding: answer, as: UTF8.self))])
        let error = await failure { _ = try await agent(try await plane.bundle(pin: plane.authority.pin)).join() }
        #expect(error?.code == .protocolViolation)
        #expect(try IdentityStore(persistDirectory: folder.path).load() == nil)
    }
}
