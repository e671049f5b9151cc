import Crypto
import Domain
import FoundationEssentials

/// A sign-in that is under way at a provider. It lives in a cookie of the browser that began it, sealed, so that another
/// browser can't end it and nobody reads the verifier (RFC 9700, sections 2.1.1 and 4.7).
struct ExternalAttempt: Codable, Hashable, Sendable {
    /// How long a person may take at the provider.
    static let lifeSeconds = 600
    /// Browsers keep cookies of 4096 bytes. Longer targets lead to the account page.
    static let maxTargetBytes = 2000
    /// Never to be changed: what is sealed with it is nothing else's.
    private static let aad = "external_sign_in"

    let state: String
    let nonce: String
    /// RFC 7636.
    let verifier: String
    /// Where the browser goes on to.
    let target: String
    let startedAt: Date
    /// How new the person's proof at the provider must be.
    let proof: ProofAge

    init(target: String, proof: ProofAge, at now: Date, random: any RandomSource) {
        state = Base64URL.encode(random.bytes(32))
        nonce = Base64URL.encode(random.bytes(32))
        verifier = Base64URL.encode(random.bytes(32))
        self.target = target.utf8.count <= Self.maxTargetBytes ? target : ""
        startedAt = now
        self.proof = proof
    }

    /// The code challenge of the verifier (S256).
    var challenge: String { Base64URL.encode(SHA256.hash(data: Array(verifier.utf8))) }
    var expiresAt: Date { startedAt + TimeInterval(Self.lifeSeconds) }
    /// What the database knows it by once the browser has come back.
    var digest: Domain.Digest { Domain.Digest(hashing: Array(state.utf8)) }

    func sealed(by keyring: SealingKeyring, random: any RandomSource) throws -> Secret<String> {
        let plain = Secret(Array(try JSONEncoder().encode(self)))
        return Secret(Base64URL.encode(try keyring.seal(plain, aad: Self.aad, random: random)))
    }

    /// - Throws: `ExternalError.refused(.attempt)` for anything but a cookie that this instance made lately.
    init(cookie: String?, keyring: SealingKeyring, at now: Date) throws(ExternalError) {
        guard let cookie, cookie.utf8.count <= 4096, let sealed = Base64URL.decode(cookie),
            let plain = try? keyring.open(sealed, aad: Self.aad),
            let attempt = try? JSONDecoder().decodeForeign(Self.self, from: Data(plain.reveal())),
            now < attempt.expiresAt, now >= attempt.startedAt - ExternalTokenRules.leeway
        else { throw .refused(.attempt) }
        self = attempt
    }
}
