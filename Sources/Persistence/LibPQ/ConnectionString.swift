import CLibPQ
import Domain

/// Reads connection strings and URIs the way libpq does.
enum ConnectionString {
    /// The keywords that are set.
    /// - Throws: `DatabaseError(.server)` for text that libpq can't read; the message does not repeat it.
    static func parse(_ conninfo: Secret<String>) throws(DatabaseError) -> [String: String] {
        guard let options = unsafe PQconninfoParse(conninfo.reveal(), nil) else {
            throw DatabaseError(.server, message: "not a connection string of libpq")
        }
        defer { unsafe PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe values[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        return values
    }
}
