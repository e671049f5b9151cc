import Crypto

/// Proof key for code exchange (RFC 7636), S256 only.
enum PKCE {
    /// 43 base64url characters: a SHA-256.
    static func isChallenge(_ text: String) -> Bool { text.utf8.count == 43 && Base64URL.decode(text)?.count == 32 }

    /// Whether a verifier is the one that the challenge was made of.
    static func matches(verifier: String, challenge: String) -> Bool {
        guard (43...128).contains(verifier.utf8.count),
            verifier.utf8.allSatisfy({ Base64URL.isURLSafe($0) || $0 == 46 || $0 == 126 })
        else { return false }
        // Both sides are hashes of what only the client knows: comparing them in varying time tells nothing.
        return Base64URL.encode(SHA256.hash(data: Array(verifier.utf8))) == challenge
    }
}
