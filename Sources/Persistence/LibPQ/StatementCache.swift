/// A statement that a connection has prepared under a name.
final class PreparedStatement {
    /// `d1`, `d2`, …, never used twice on a connection.
    let name: String
    let fingerprint: Int
    private let pieces: [SQL.Piece]
    private let types: [SQLType]
    private let role: SessionRole
    fileprivate(set) var lastUse: UInt64

    fileprivate init(name: String, fingerprint: Int, sql: SQL, role: SessionRole, lastUse: UInt64) {
        self.name = name
        self.fingerprint = fingerprint
        pieces = sql.pieces
        types = sql.parameters.map(\.type)
        self.role = role
        self.lastUse = lastUse
    }

    /// The types of the parameters, in order.
    var parameterTypes: [SQLType] { types }

    fileprivate func isFor(_ sql: SQL, _ role: SessionRole) -> Bool {
        guard role == self.role, pieces.count == sql.pieces.count, types.count == sql.parameters.count else {
            return false
        }
        for (mine, other) in zip(pieces, sql.pieces) where !mine.isSame(as: other) { return false }
        for (mine, other) in zip(types, sql.parameters) where mine != other.type { return false }
        return true
    }
}

/// The prepared statements of one connection by text, parameter types and role (plans depend on it through row-level
/// security). The text is recognised by the addresses of its literals, which never move, so a lookup builds no string.
/// Two statements with the same fingerprint take each other's place, which costs time and nothing else.
struct StatementCache {
    let limit: Int
    private var statements: [Int: PreparedStatement] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { statements.count }

    mutating func find(_ sql: SQL, as role: SessionRole) -> PreparedStatement? {
        guard let found = statements[sql.fingerprint(as: role)], found.isFor(sql, role) else { return nil }
        uses += 1
        found.lastUse = uses
        return found
    }

    /// A new entry; the caller prepares it on the connection. An entry that had to make room is returned to be closed.
    mutating func insert(_ sql: SQL, as role: SessionRole) -> (new: PreparedStatement, evicted: PreparedStatement?) {
        uses += 1
        names += 1
        let new = PreparedStatement(
            name: "d\(names)", fingerprint: sql.fingerprint(as: role), sql: sql, role: role, lastUse: uses)
        var evicted = statements.updateValue(new, forKey: new.fingerprint)
        if evicted == nil, statements.count > limit {
            evicted = statements.values.min { $0.lastUse < $1.lastUse }
            if let evicted { statements[evicted.fingerprint] = nil }
        }
        return (new, evicted)
    }

    /// Forgets an entry, if it is still there.
    mutating func remove(_ statement: PreparedStatement) {
        if statements[statement.fingerprint] === statement { statements[statement.fingerprint] = nil }
    }
}

extension SQL {
    fileprivate func fingerprint(as role: SessionRole) -> Int {
        var hash = UInt(role.rawValue)
        for piece in pieces { hash = mix(hash, piece.address) }
        for parameter in parameters { hash = mix(hash, UInt(parameter.type.rawValue)) }
        return Int(bitPattern: hash)
    }

    private func mix(_ hash: UInt, _ word: UInt) -> UInt {
        let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ (product >> 29)
    }
}

extension SQL.Piece {
    /// Where the literal stands in the program; 0 for a parameter.
    fileprivate var address: UInt {
        switch self {
        case .parameter: 0
        case .literal(let text):
            text.hasPointerRepresentation
                ? unsafe UInt(bitPattern: text.utf8Start) : UInt(text.unicodeScalar.value)
        }
    }

    fileprivate func isSame(as other: SQL.Piece) -> Bool {
        switch (self, other) {
        case (.parameter, .parameter): true
        case (.literal(let mine), .literal(let theirs)):
            address == other.address && mine.utf8CodeUnitCount == theirs.utf8CodeUnitCount
        default: false
        }
    }
}
