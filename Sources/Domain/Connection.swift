package import FoundationEssentials

/// Where and how an external data store is reached (CONN-01), as everybody may see it: without its details.
package struct Connection: Sendable, Hashable, Identifiable {
    package let id: ConnectionID
    package let name: ConnectionName
    package let type: ConnectionType
    package let createdBy: UserID
    package let createdAt: Date

    package init(id: ConnectionID, name: ConnectionName, type: ConnectionType, createdBy: UserID, createdAt: Date) {
        self.id = id
        self.name = name
        self.type = type
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}

/// A connection's name, unique in the instance (CONN-05).
package struct ConnectionName: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "display_text"
    package static let ruleDetail = "1 to 200 characters without control characters"
    package static func isValid(_ text: String) -> Bool { isDisplayText(text) }
}

/// What kind of store it is, in its maker's words: `ODBC`, `Kafka`, `HTTPFILE` (CONN-03).
package struct ConnectionType: ValidName {
    package let rawValue: String
    package init(unchecked: String) { rawValue = unchecked }
    package static let rule = "display_text"
    package static let ruleDetail = "1 to 200 characters without control characters"
    package static func isValid(_ text: String) -> Bool { isDisplayText(text) }
}

/// Counted as PostgreSQL counts, in code points.
private func isDisplayText(_ text: String) -> Bool {
    (1...200).contains(text.unicodeScalars.count)
        && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
}
