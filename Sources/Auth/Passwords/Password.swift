package import Domain

/// A password that somebody wants to set, held to the policy: 8 to 128 characters (Unicode scalars), at most 512 bytes,
/// no U+0000. No rule on what the characters are (NIST SP 800-63B, section 5.1.1.2).
package struct Password: Sendable {
    /// The most bytes that are ever hashed.
    package static let maxBytes = 512

    package let text: Secret<String>

    /// - Throws: `Refusal.invalid` naming `field` and the rule `password_policy`; the text never repeats the password.
    package init(_ text: Secret<String>, field: String = "password") throws(Refusal) {
        let value = text.reveal()
        guard (8...128).contains(value.unicodeScalars.count), Self.isHashable(value) else {
            throw .invalid(field, "password_policy", "8 to 128 characters, at most 512 bytes, without U+0000")
        }
        self.text = text
    }

    /// Whether a text can be a password at all. Login asks no more, so that a changed policy locks nobody out.
    static func isHashable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= maxBytes && !text.utf8.contains(0)
    }
}
