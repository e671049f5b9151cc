import Crypto
import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeAgent

@Suite struct IdentityStoreTests {
    private let folder: TemporaryDirectory
    private let store: IdentityStore

    init() throws {
        folder = try TemporaryDirectory()
        store = IdentityStore(persistDirectory: folder.path)
    }

    private func identity(_ fingerprint: String, _ edge: String = "e") -> EdgeIdentity {
        EdgeIdentity(
            edgeID: edge, spiffeID: "spiffe://d/\(edge)", svid: ["s"], trustBundle: ["t"],
            expiresAt: Date(timeIntervalSince1970: 1_900_000_000), logsURL: "https://h/l", server: "https://h",
            joinFingerprint: fingerprint)
    }

    private func mode(_ name: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/identity/" + name)
        return permissions(attributes)
    }

    private func permissions(_ attributes: [FileAttributeKey: Any]) -> Int? {
        let value = attributes[.posixPermissions]
        return value as? Int ?? (value as? UInt).map { Int($0) } ?? (value as? UInt16).map { Int($0) }
    }

    @Test func `a token keeps its key, another token gets another one`() throws {
        let first = try store.joinKey(for: Secret("a"))
        let again = try store.joinKey(for: Secret("a"))
        #expect(first.key.rawRepresentation == again.key.rawRepresentation)
        #expect(try store.joinKey(for: Secret("b")).key.rawRepresentation != first.key.rawRepresentation)
        #expect(!first.fingerprint.contains("a-token"))
    }

    @Test func `what was saved is loaded, and nothing before`() throws {
        #expect(try store.load() == nil)
        let key = try store.joinKey(for: Secret("a"))
        #expect(try store.load() == nil)
        try store.save(identity(key.fingerprint))
        let stored = try #require(try store.load())
        #expect(stored.identity == identity(key.fingerprint))
        #expect(stored.privateKey.reveal() == key.key.pemRepresentation)
        #expect(stored.privateKey.reveal().hasPrefix("-----BEGIN PRIVATE KEY-----"))
    }

    @Test func `key and identity are for the owner only`() throws {
        let key = try store.joinKey(for: Secret("a"))
        try store.save(identity(key.fingerprint))
        for name in try folder.names("identity") { #expect(try mode(name) == 0o600, "\(name)") }
        let directory = try FileManager.default.attributesOfItem(atPath: folder.path + "/identity")
        #expect(permissions(directory) == 0o700)
    }

    @Test func `a half-written replacement leaves the identity as it was`() throws {
        let key = try store.joinKey(for: Secret("a"))
        try store.save(identity(key.fingerprint))
        _ = try folder.write("identity/identity.json.tmp", "{\"edge")
        #expect(try store.load()?.identity == identity(key.fingerprint))
        try store.save(identity(key.fingerprint, "f"))
        #expect(try store.load()?.identity.edgeID == "f")
        #expect(try folder.names("identity").filter { $0.hasSuffix(".tmp") }.isEmpty)
    }

    @Test func `a new identity takes the keys of older ones away, a join that is under way does not`() throws {
        let old = try store.joinKey(for: Secret("a"))
        try store.save(identity(old.fingerprint))
        let new = try store.joinKey(for: Secret("b"))
        #expect(try store.load()?.privateKey.reveal() == old.key.pemRepresentation)
        try store.save(identity(new.fingerprint))
        #expect(try store.load()?.privateKey.reveal() == new.key.pemRepresentation)
        #expect(try folder.names("identity").count == 2)
    }

    @Test func `a damaged identity is told, not replaced`() throws {
        let key = try store.joinKey(for: Secret("a"))
        try store.save(identity(key.fingerprint))
        _ = try folder.write("identity/identity.json", "{")
        #expect { try store.load() } throws: { ($0 as? EdgeAgentError)?.code == .storage }
    }
}
