import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4)))
struct ProviderDirectoryTests {
    @Test func `many who ask at once make one reading`() async throws {
        let fixture = try DirectoryFixture()
        fixture.provider.hold()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await fixture.directory.provider() } }
            await until { fixture.provider.waiting == 1 }
            fixture.provider.release()
            try await group.waitForAll()
        }
        #expect(fixture.provider.asked == ["/.well-known/openid-configuration", "/jwks"])
    }

    @Test func `what was read is used until it is old, and then renewed while nobody waits`() async throws {
        let fixture = try DirectoryFixture()
        _ = try await fixture.directory.provider()
        fixture.time.advance(by: ProviderDirectory.refreshSeconds - 1)
        _ = try await fixture.directory.provider()
        #expect(fixture.provider.asked.count == 2)
        fixture.time.advance(by: 1)
        fixture.provider.hold()
        _ = try await fixture.directory.provider()
        await until { fixture.provider.waiting == 1 }
        fixture.provider.release()
        await until { fixture.provider.asked.count == 4 }
    }

    @Test func `while the provider is away the old is used, for an hour`() async throws {
        let fixture = try DirectoryFixture()
        let key = try fixture.key()
        fixture.provider.setKeys([key])
        let token = try fixture.token(key)
        #expect(await fixture.refusal(of: token) == nil)
        fixture.provider.setAway(true)
        fixture.time.advance(by: ProviderDirectory.graceSeconds - 1)
        #expect(await fixture.refusal(of: token) == nil)
        #expect(fixture.provider.asked.count == 3)
        fixture.time.advance(by: 60)
        #expect(await fixture.refusal(of: token) == .unavailable("away"))
    }

    @Test func `a server that was idle does not trust a key that was withdrawn meanwhile`() async throws {
        let fixture = try DirectoryFixture()
        let (withdrawn, kept) = (try fixture.key(), try fixture.key())
        fixture.provider.setKeys([withdrawn, kept])
        #expect(await fixture.refusal(of: try fixture.token(withdrawn)) == nil)
        fixture.provider.setKeys([kept])
        fixture.time.advance(by: ProviderDirectory.doubtSeconds)
        #expect(await fixture.refusal(of: try fixture.token(withdrawn)) == .refused(.key))
        #expect(await fixture.refusal(of: try fixture.token(kept)) == nil)
    }

    @Test func `after a failure nobody asks for a moment`() async throws {
        let fixture = try DirectoryFixture()
        fixture.provider.setAway(true)
        for _ in 0..<10 {
            await #expect(throws: ExternalError.unavailable("away")) { try await fixture.directory.provider() }
        }
        #expect(fixture.provider.asked.count == 1)
        fixture.provider.setAway(false)
        fixture.time.advance(by: ProviderDirectory.failurePauseSeconds)
        _ = try await fixture.directory.provider()
    }

    @Test func `a new key is looked up when its first token comes, but not for each made-up one`() async throws {
        let fixture = try DirectoryFixture()
        let (old, new) = (try fixture.key(), try fixture.key())
        fixture.provider.setKeys([old])
        #expect(await fixture.refusal(of: try fixture.token(old)) == nil)
        fixture.provider.setKeys([new])
        fixture.time.advance(by: ProviderDirectory.unknownKeySeconds)
        #expect(await fixture.refusal(of: try fixture.token(new)) == nil)
        #expect(await fixture.refusal(of: try fixture.token(old)) == .refused(.key))
        let asked = fixture.provider.asked.count
        for _ in 0..<20 { #expect(await fixture.refusal(of: try fixture.token(fixture.key())) == .refused(.key)) }
        #expect(fixture.provider.asked.count == asked)
    }

    @Test(arguments: [
        ("issuer", "https://evil.example.com"), ("issuer", "https://id.example.com/"),
        ("token_endpoint", "http://id.example.com/token"), ("token_endpoint", "http://127.0.0.1/token"),
        ("jwks_uri", "file:///etc/passwd"), ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "https://user@id.example.com/"), ("userinfo_endpoint", "ftp://id.example.com/"),
    ])
    func `a document of another issuer or with a strange address is not used`(name: String, value: String)
        async throws
    {
        let fixture = try DirectoryFixture()
        fixture.provider.setMetadata(name, .text(value))
        await #expect(throws: ExternalError.self) { try await fixture.directory.provider() }
        #expect(fixture.provider.asked.count == 1, "nothing of it was followed")
    }
}
