/// A repository's name inside a registry (distribution-spec 1.1, "Pulling manifests").
package struct RepositoryName: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    /// Accepts slash-separated components of lower-case letters, digits and single `.`, `_`, `__` or dashes between
    /// them, at most 255 bytes; anything else is `nil`.
    package init?(_ description: String) {
        guard description.utf8.count <= 255,
            description.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ Self.isComponent($0.utf8) }
            )
        else { return nil }
        self.description = description
    }

    /// For a name that is put together from valid parts.
    init(unchecked: String) { description = unchecked }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
    private static func isComponent(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        var separator: [UInt8] = []
        for byte in bytes {
            if isAlphanumeric(byte) {
                guard isSeparator(separator) else { return false }
                separator = []
            } else {
                separator.append(byte)
            }
        }
        return true
    }

    private static func isSeparator(_ bytes: [UInt8]) -> Bool {
        switch bytes {
        case [], [UInt8(ascii: ".")], [UInt8(ascii: "_")], [UInt8(ascii: "_"), UInt8(ascii: "_")]: true
        default: bytes.allSatisfy { $0 == UInt8(ascii: "-") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }
}

/// A tag: a letter, digit or underscore, then at most 127 of those, dots and dashes (distribution-spec 1.1).
package struct Tag: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    /// Accepts a valid tag; anything else is `nil`.
    package init?(_ description: String) {
        let bytes = description.utf8
        guard (1...128).contains(bytes.count), bytes.first != 45, bytes.first != 46 else { return nil }
        let valid = bytes.allSatisfy {
            switch $0 {
            case 97...122, 65...90, 48...57, 95, 45, 46: true
            default: false
            }
        }
        guard valid else { return nil }
        self.description = description
    }

    /// For a tag that is put together from valid parts.
    init(unchecked: String) { description = unchecked }
}
