import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct PasswordTests {
    /// Cheap enough for many tests; the cost of real ones is checked apart.
    static let cheap = PasswordHash.Parameters(logN: 10)

    private func hasher(threads: Int = 2, maxWaiting: Int = 16) throws -> PasswordHasher {
        PasswordHasher(
            parameters: try #require(Self.cheap), random: SeededRandom(), threads: threads, maxWaiting: maxWaiting)
    }

    @Test func `scrypt agrees with the vector of RFC 7914`() throws {
        let hash = try PasswordHash.compute(
            "pleaseletmein", salt: Array("SodiumChloride".utf8),
            parameters: try #require(PasswordHash.Parameters(logN: 14)))
        #expect(Hex.encode(hash.hash) == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    }

    @Test func `the right password is accepted and wrong ones are not`() async throws {
        let hasher = try hasher()
        let stored = try await hasher.hash(try Password(Secret("correct horse")))
        #expect(try await hasher.verify(Secret("correct horse"), against: stored))
        for wrong in ["correct hors", "Correct horse", "correct horse ", "", "correct horse\u{0}", "\u{0}"] {
            #expect(try await !hasher.verify(Secret(wrong), against: stored))
        }
    }

    @Test func `new passwords are hashed with N = 2^15, r = 8, p = 1 and a salt of 16 bytes`() async throws {
        let hasher = PasswordHasher(random: SeededRandom())
        let stored = try await hasher.hash(try Password(Secret("correct horse")))
        #expect(stored.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        let parts = stored.split(separator: "$")
        #expect(parts.count == 4 && parts[2].utf8.count == 22 && parts[3].utf8.count == 43)
        #expect(try await hasher.verify(Secret("correct horse"), against: stored))
        #expect(!hasher.needsRehash(stored))
    }

    @Test func `two users with the same password have different hashes`() async throws {
        let hasher = try hasher()
        let password = try Password(Secret("correct horse"))
        #expect(try await hasher.hash(password) != hasher.hash(password))
    }

    @Test func `stored parameters are honoured and show when a hash is out of date`() async throws {
        let old = PasswordHasher(parameters: try #require(.init(logN: 11, blockSize: 4)), random: SeededRandom())
        let new = try hasher()
        let stored = try await old.hash(try Password(Secret("correct horse")))
        #expect(stored.hasPrefix("$scrypt$ln=11,r=4,p=1$"))
        #expect(try await new.verify(Secret("correct horse"), against: stored))
        #expect(new.needsRehash(stored))
        #expect(new.needsRehash("nonsense"))
    }

    @Test func `an unknown user costs a hash and is never accepted`() async throws {
        let parameters = try #require(PasswordHash.Parameters(logN: 14))
        let hasher = PasswordHasher(parameters: parameters, random: SeededRandom())
        let stored = try await hasher.hash(try Password(Secret("correct horse")))
        let clock = ContinuousClock()
        var known = Duration.zero
        var unknown = Duration.zero
        for _ in 0..<3 {
            let first = clock.now
            let acceptedKnown = try await hasher.verify(Secret("wrong horse"), against: stored)
            let second = clock.now
            let acceptedUnknown = try await hasher.verify(Secret("wrong horse"), against: nil)
            known += second - first
            unknown += clock.now - second
            #expect(!acceptedKnown && !acceptedUnknown)
        }
        // Wide limits: what is looked for is a shortcut, which would be a thousand times faster.
        #expect(unknown > known / 4)
        #expect(unknown < known * 4)
    }

    @Test(arguments: [
        "", "$", "$scrypt$", "plaintext", "$scrypt$ln=9,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)",
        "$scrypt$ln=18,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)", "$scrypt$ln=17,r=16,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)",
        "$scrypt$ln=15,r=8,p=9$c2FsdHNhbHRzYWx0c2FsdA$\(hash)", "$scrypt$ln=15,r=0,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)",
        "$scrypt$ln=+15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)", "$scrypt$r=8,ln=15,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)",
        "$argon2id$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)", "$scrypt$ln=15,r=8,p=1$c2FsdA$\(hash)",
        "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA", "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA==$\(hash)",
        "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$\(hash)$x",
    ])
    func `a stored string that is not one of ours is an error, never a match`(stored: String) async throws {
        let hasher = try hasher()
        await #expect(throws: AuthError(.passwordHashFormat)) {
            try await hasher.verify(Secret("correct horse"), against: stored)
        }
    }
    static let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    @Test func `more callers than may wait are told to come back, and the others are served`() async throws {
        let parameters = try #require(PasswordHash.Parameters(logN: 14))
        let hasher = PasswordHasher(parameters: parameters, random: SeededRandom(), threads: 1, maxWaiting: 3)
        let outcomes = await withTaskGroup(of: Result<Bool, any Error>.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do { return .success(try await hasher.verify(Secret("wrong horse"), against: nil)) } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: [Result<Bool, any Error>]()) { $0.append($1) }
        }
        let refusals = outcomes.compactMap { outcome -> Refusal? in
            if case .failure(let error) = outcome { error as? Refusal } else { nil }
        }
        #expect(refusals.allSatisfy { $0 == .unavailable("too many logins are being checked", retryAfterSeconds: 1) })
        #expect(refusals.count >= 1)
        #expect(outcomes.count - refusals.count >= 4)
        #expect(try await !hasher.verify(Secret("wrong horse"), against: nil))
    }

    @Test(arguments: [
        "12345678", String(repeating: "a", count: 128), String(repeating: "\u{1F511}", count: 128), "pass word",
    ])
    func `a password of 8 to 128 characters is taken`(text: String) throws {
        #expect(try Password(Secret(text)).text.reveal() == text)
    }

    @Test(arguments: ["", "1234567", String(repeating: "a", count: 129), "12345678\u{0}", "\u{0}2345678"])
    func `another one is refused, naming field and rule but not the password`(text: String) throws {
        let refusal = try #require(throws: Refusal.self) { try Password(Secret(text), field: "new_password") }
        #expect(
            refusal
                == .invalid("new_password", "password_policy", "8 to 128 characters, at most 512 bytes, without U+0000")
        )
    }
}
