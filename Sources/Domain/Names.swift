/// A validated name. Each conformer states one rule of seed-features (c) and says so in its refusals.
package protocol ValidName: RawRepresentable<String>, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The rule's stable name, for `FieldError.rule`.
    static var rule: String { get }
    /// The rule as a sentence.
    static var ruleDetail: String { get }
    /// Whether the text follows the rule.
    static func isValid(_ text: String) -> Bool
    /// Wraps text that is already known to be valid (from the database).
    init(unchecked: String)
}

extension ValidName {
    /// Parses text from outside, naming the field it stood in.
    /// - Throws: `Refusal.invalid` with this type's rule.
    package init(_ text: String, field: String = "name") throws(Refusal) {
        guard Self.isValid(text) else { throw .invalid(field, Self.rule, Self.ruleDetail) }
        self.init(unchecked: text)
    }

    package init?(rawValue: String) {
        guard Self.isValid(rawValue) else { return nil }
        self.init(unchecked: rawValue)
    }

    package var description: String { rawValue }
}

/// A DNS label of letters, digits and dashes, 1 to 63 characters, that neither begins nor ends with a dash (RFC 1123).
private func isDNSLabel(_ text: String, upperCase: Bool) -> Bool {
    let bytes = text.utf8
    guard (1...63).contains(bytes.count), bytes.first != 45, bytes.last != 45 else { return false }
    return bytes.allSatisfy {
        switch $0 {
        case 97...122, 48...57, 45: true
        case 65...90: upperCase
        default: false
        }
    }
}

/// A workspace's name: ASCII letters, digits, dash; not unique (WS-02, WS-03).
package struct WorkspaceName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "dns_label"
    package static let ruleDetail =
        "1 to 63 ASCII letters, digits and dashes, not beginning or ending with a dash (no '.' or '_')"
    package static func isValid(_ text: String) -> Bool { isDNSLabel(text, upperCase: true) }

    /// The name the system gives to a user's own workspace; exempt from the rule (AUTH-16, E42).
    package static func defaultWorkspace(of email: Email) -> WorkspaceName {
        WorkspaceName(unchecked: "\(email.rawValue) - Default Workspace")
    }
}

/// A model's name: lower-case ASCII letters, digits, dash; unique in its workspace (MODEL-01, MODEL-02).
package struct ModelName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "dns_label_lower"
    package static let ruleDetail =
        "1 to 63 lower-case ASCII letters, digits and dashes, not beginning or ending with a dash (no '.' or '_')"
    package static func isValid(_ text: String) -> Bool { isDNSLabel(text, upperCase: false) }
}

/// A pipeline's name (PIPE-01). Lower case only: it becomes a repository of the OCI registry (PUB-08), and the
/// distribution specification forbids capitals there.
package struct PipelineName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "dns_label_lower"
    package static let ruleDetail =
        "1 to 63 lower-case ASCII letters, digits and dashes, not beginning or ending with a dash (no '.' or '_')"
    package static func isValid(_ text: String) -> Bool { isDNSLabel(text, upperCase: false) }
}

/// An edge's name, unique in the instance (EDGE-02). It is sourced by a shell as part of EDGE_BUNDLE, hence the rule.
package struct EdgeName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "dns_label_lower"
    package static let ruleDetail =
        "1 to 63 lower-case ASCII letters, digits and dashes, not beginning or ending with a dash (no '.' or '_')"
    package static func isValid(_ text: String) -> Bool { isDNSLabel(text, upperCase: false) }
}

/// An e-mail address, kept in lower case so that it is unique regardless of case (USER-02).
package struct Email: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked.lowercased() }
    package static let rule = "email"
    package static let ruleDetail = "an ASCII e-mail address such as ada@example.com, at most 254 characters"
    package static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 64, omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].count) else { return false }
        let labels = parts[1].split(separator: 46, omittingEmptySubsequences: false)
        guard let domain = String(parts[1]), domain.utf8.count <= 253,
            labels.allSatisfy({ isDNSLabel(String($0) ?? "", upperCase: true) })
        else { return false }
        let local = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-".utf8)
        return parts[0].allSatisfy(local.contains)
    }
}
