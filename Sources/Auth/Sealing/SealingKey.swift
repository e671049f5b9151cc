import Crypto
package import Domain
import FoundationEssentials

/// A 256-bit key that lives outside the database (file or environment) and wraps what the database must not show in
/// clear: the CA key and the token signing keys. AES-256-GCM.
///
/// A sealed value is `0x01`, the key's id (4 bytes), nonce (12), ciphertext, tag (16). Format and id are authenticated
/// together with the caller's data.
package struct SealingKey: Sendable {
    /// First 8 hex digits of SHA-256 over a label and the key; public.
    package let id: String
    private let key: SymmetricKey

    static let format: UInt8 = 1
    private static let headerBytes = 1 + 4
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// - Throws: `AuthError` (`keyInvalid`) unless there are exactly 32 bytes.
    package init(_ bytes: Secret<[UInt8]>) throws(AuthError) {
        guard bytes.reveal().count == 32 else { throw AuthError(.keyInvalid) }
        key = SymmetricKey(data: bytes.reveal())
        id = String(Digest(hashing: Array("drover sealing key 1".utf8) + bytes.reveal()).hex.prefix(8))
    }

    /// Reads 64 hex digits, or 32 bytes in base64 (standard or url-safe, padded or not); white space around is ignored.
    /// - Throws: `AuthError` (`keyInvalid`).
    package init(text: Secret<String>) throws(AuthError) {
        let trimmed = text.reveal().filter { !$0.isWhitespace }
        let bytes: [UInt8]?
        if trimmed.utf8.count == 64 {
            bytes = Hex.decode(trimmed)
        } else {
            let safe = trimmed.prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
            bytes = Base64URL.decode(String(safe))
        }
        guard let bytes else { throw AuthError(.keyInvalid) }
        try self.init(Secret(bytes))
    }

    /// Encrypts; `aad` binds the value to its place (for example a table and a row id) and must be given again to open.
    package func seal(_ plaintext: Secret<[UInt8]>, aad: String, random: some RandomSource) throws -> [UInt8] {
        let header = [Self.format] + (Hex.decode(id) ?? [])
        let box = try AES.GCM.seal(
            plaintext.reveal(), using: key, nonce: AES.GCM.Nonce(data: random.bytes(Self.nonceBytes)),
            authenticating: header + Array(aad.utf8))
        return header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// Decrypts what this key sealed.
    /// - Throws: `AuthError`: `sealFormat` (too short, other format), `sealKeyUnknown` (another key's id), `sealTampered`
    ///   (altered, or other `aad`).
    package func open(_ sealed: [UInt8], aad: String) throws(AuthError) -> Secret<[UInt8]> {
        let sealedBy = try Self.keyID(of: sealed)
        guard sealedBy == id else { throw AuthError(.sealKeyUnknown, keyID: sealedBy) }
        let header = sealed[..<Self.headerBytes]
        let tagStart = sealed.count - Self.tagBytes
        let cipherStart = Self.headerBytes + Self.nonceBytes
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: sealed[Self.headerBytes..<cipherStart]),
                ciphertext: sealed[cipherStart..<tagStart], tag: sealed[tagStart...])
            return Secret(Array(try AES.GCM.open(box, using: key, authenticating: Array(header) + Array(aad.utf8))))
        } catch {
            throw AuthError(.sealTampered)
        }
    }

    /// The id of the key that a value was sealed with.
    /// - Throws: `AuthError` (`sealFormat`).
    static func keyID(of sealed: [UInt8]) throws(AuthError) -> String {
        guard sealed.count >= headerBytes + nonceBytes + tagBytes, sealed[0] == format else {
            throw AuthError(.sealFormat)
        }
        return Hex.encode(Array(sealed[1..<headerBytes]))
    }
}
