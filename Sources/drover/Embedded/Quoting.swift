/// A path in other programs' languages.
enum Quoting {
    /// A value of a libpq connection string.
    static func conninfo(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// A double-quoted scalar of YAML; the value has no control characters.
    static func yaml(_ value: String) -> String {
        "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// An element of one of PostgreSQL's lists of paths.
    static func postgresList(_ value: String) -> String { "\"" + value.replacing("\"", with: "\"\"") + "\"" }
}
