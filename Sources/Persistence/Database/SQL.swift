/// SQL text with bound values. `\(value)` becomes `$n`, a nested `SQL` is spliced in and renumbered. Literals are
/// `StaticString`, and there is no way to splice in other text: injection does not compile.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// A run of literal text, or the place of the next parameter.
    enum Piece: Sendable {
        case literal(StaticString)
        case parameter
    }

    var pieces: [Piece]
    var parameters: [SQLParameter]

    package init(stringLiteral value: StaticString) {
        pieces = [.literal(value)]
        parameters = []
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    private init(pieces: [Piece], parameters: [SQLParameter]) {
        self.pieces = pieces
        self.parameters = parameters
    }

    /// No text at all; the neutral element of `+`, for optional fragments.
    package static var empty: SQL { SQL(pieces: [], parameters: []) }

    /// The text as the server gets it, with `$1`, `$2`, … in order.
    package var text: String {
        var text = ""
        var number = 0
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal.description
            case .parameter:
                number += 1
                text += "$\(number)"
            }
        }
        return text
    }

    /// How many values are bound.
    package var parameterCount: Int { parameters.count }

    /// Whether a bound text holds U+0000, which libpq and PostgreSQL would cut off or refuse.
    var holdsInvalidText: Bool { parameters.contains(where: \.isInvalid) }

    /// Both texts, one after the other; the caller puts the space between them into a literal.
    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum += right
        return sum
    }

    package static func += (left: inout SQL, right: SQL) {
        left.pieces += right.pieces
        left.parameters += right.parameters
    }

    /// Literal text and values as the compiler hands them over.
    package struct StringInterpolation: StringInterpolationProtocol {
        package typealias StringLiteralType = StaticString
        fileprivate var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql = .empty
            sql.pieces.reserveCapacity(2 * interpolationCount + 1)
            sql.parameters.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            guard literal.utf8CodeUnitCount > 0 else { return }
            sql.pieces.append(.literal(literal))
        }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLValue) {
            sql.pieces.append(.parameter)
            sql.parameters.append(value.sqlParameter)
        }

        /// Binds a value or a typed null; an overload of its own, so that the compiler does not warn about optionals.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value?) {
            sql.pieces.append(.parameter)
            sql.parameters.append(value.sqlParameter)
        }

        /// Splices SQL in.
        package mutating func appendInterpolation(_ nested: SQL) {
            sql += nested
        }
    }
}

extension SQL {
    /// The fragments with a separator between them, such as `SQL.joined(fragments, by: " and ")`. Not an extension of
    /// sequences: an array of literals would be taken for strings there, and their sum would be bound as one value.
    package static func joined(_ fragments: [SQL], by separator: SQL) -> SQL {
        var sum = SQL.empty
        for (index, fragment) in fragments.enumerated() {
            if index > 0 { sum += separator }
            sum += fragment
        }
        return sum
    }
}
