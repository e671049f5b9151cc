package import Domain

/// The sealing keys in use: the first seals, every one opens, so that a key can be replaced step by step.
package struct SealingKeyring: Sendable {
    private let sealing: SealingKey
    private let byID: [String: SealingKey]
    /// The ids of all keys, the sealing one first, then as they stand in the file.
    package let keyIDs: [String]

    /// - Parameters:
    ///   - first: seals everything new.
    ///   - older: only open what they sealed before.
    package init(_ first: SealingKey, older: [SealingKey] = []) {
        sealing = first
        keyIDs = ([first] + older).map(\.id)
        byID = Dictionary(([first] + older).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads one key a line, the sealing one first; empty lines and lines that begin with `#` are skipped.
    /// - Throws: `AuthError` (`keyInvalid`), also when there is no key.
    package init(text: Secret<String>) throws(AuthError) {
        var keys: [SealingKey] = []
        for line in text.reveal().split(whereSeparator: \.isNewline) {
            let trimmed = line.drop(while: \.isWhitespace)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            keys.append(try SealingKey(text: Secret(String(trimmed))))
        }
        guard let first = keys.first else { throw AuthError(.keyInvalid) }
        self.init(first, older: Array(keys.dropFirst()))
    }

    /// The id of the key that seals.
    package var sealingKeyID: String { sealing.id }

    /// Encrypts with the first key; see `SealingKey.seal`.
    package func seal(_ plaintext: Secret<[UInt8]>, aad: String, random: some RandomSource) throws -> [UInt8] {
        try sealing.seal(plaintext, aad: aad, random: random)
    }

    /// Decrypts with whichever key sealed the value.
    /// - Throws: `AuthError`: `sealFormat`, `sealKeyUnknown` with the missing key's id, `sealTampered`.
    package func open(_ sealed: [UInt8], aad: String) throws(AuthError) -> Secret<[UInt8]> {
        let id = try SealingKey.keyID(of: sealed)
        guard let key = byID[id] else { throw AuthError(.sealKeyUnknown, keyID: id) }
        return try key.open(sealed, aad: aad)
    }

    /// Whether a value was sealed with an older key and should be sealed again.
    package func needsResealing(_ sealed: [UInt8]) -> Bool { (try? SealingKey.keyID(of: sealed)) != sealing.id }
}
