package import Domain

extension IntegerID: SQLValue, SQLElement {
    package static var sqlType: SQLType { .int8 }
    package static var sqlArrayType: SQLType { .int8Array }
    package var sqlParameter: SQLParameter { rawValue.sqlParameter }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Self? {
        Int64.sqlDecode(cell).map(Self.init(rawValue:))
    }
}

extension UniqueID: SQLValue, SQLElement {
    package static var sqlType: SQLType { .uuid }
    package static var sqlArrayType: SQLType { .uuidArray }
    package var sqlParameter: SQLParameter { rawValue.sqlParameter }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Self? {
        RawValue.sqlDecode(cell).map(Self.init(rawValue:))
    }
}

extension Digest: SQLValue {
    /// The 32 raw bytes, as `bytea`.
    package static var sqlType: SQLType { .bytea }
    package var sqlParameter: SQLParameter { .bytes(bytes, .bytea) }
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Digest? {
        guard cell.type == .bytea, cell.count == 32, let first = cell.integer(UInt64.self, at: 0),
            let second = cell.integer(UInt64.self, at: 8), let third = cell.integer(UInt64.self, at: 16),
            let last = cell.integer(UInt64.self, at: 24)
        else { return nil }
        return Digest(first, second, third, last)
    }
}

/// Enums and names by their raw text: `extension ModelRuntime: SQLValue, SQLElement {}` is all a type needs.
extension SQLValue where Self: RawRepresentable, RawValue == String {
    package static var sqlType: SQLType { .text }
    package var sqlParameter: SQLParameter { rawValue.sqlParameter }

    /// A text that is no raw value is a decoding error.
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Self? {
        String.sqlDecode(cell).flatMap(Self.init(rawValue:))
    }
}

extension SQLElement where Self: RawRepresentable, RawValue == String {
    package static var sqlArrayType: SQLType { .textArray }
}

extension SQLValue where Self: ValidName {
    /// What is stored was checked when it came in, and a default workspace's name is exempt from its own rule.
    package static func sqlDecode(_ cell: borrowing SQLCell) -> Self? {
        String.sqlDecode(cell).map(Self.init(unchecked:))
    }
}

extension WorkspaceName: SQLValue, SQLElement {}
extension ModelName: SQLValue, SQLElement {}
extension PipelineName: SQLValue, SQLElement {}
extension EdgeName: SQLValue, SQLElement {}
extension ConnectionName: SQLValue, SQLElement {}
extension ConnectionType: SQLValue, SQLElement {}
extension TagText: SQLValue, SQLElement {}
extension Email: SQLValue, SQLElement {}
extension WorkspaceRole: SQLValue, SQLElement {}
extension ModelVersionStatus: SQLValue, SQLElement {}
extension ModelRuntime: SQLValue, SQLElement {}
extension ModelFramework: SQLValue, SQLElement {}
extension Architecture: SQLValue, SQLElement {}
extension PublishStatus: SQLValue, SQLElement {}
extension EdgeState: SQLValue, SQLElement {}
extension TokenAccess: SQLValue, SQLElement {}
extension UserKind: SQLValue, SQLElement {}
extension ServiceAccountName: SQLValue, SQLElement {}
