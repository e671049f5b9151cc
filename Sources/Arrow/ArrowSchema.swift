/// The columns of Arrow data (Schema.fbs of the Arrow columnar format).
package struct ArrowSchema: Hashable, Sendable {
    package var fields: [ArrowField]

    package init(fields: [ArrowField]) { self.fields = fields }

    /// The first field whose name has these very bytes.
    package subscript(name name: String) -> ArrowField? { fields.first { $0.isNamed(name) } }
}

/// A column, or a part of a nested one.
package struct ArrowField: Hashable, Sendable {
    package var name: String
    package var type: ArrowType
    package var isNullable: Bool

    package init(_ name: String, _ type: ArrowType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }

    /// Whether the name has these very bytes. Texts that only look alike are others, and comparing what they look like
    /// costs the square of their length.
    package func isNamed(_ other: String) -> Bool { name.utf8.elementsEqual(other.utf8) }
}

/// A logical type. `description` writes it as the seeds do: `list<float32>[10]`, `struct{text: string}` (MODEL-39).
package indirect enum ArrowType: Hashable, Sendable, CustomStringConvertible {
    case null, bool, string, binary
    case integer(bits: Int, signed: Bool)
    case floating(bits: Int)
    case decimal(precision: Int, scale: Int)
    case fixedBinary(bytes: Int)
    /// Dates, times, timestamps, durations and intervals, by the name of the Arrow type.
    case temporal(String)
    case list(ArrowField)
    case fixedList(ArrowField, count: Int)
    case structure([ArrowField])
    case map(ArrowField)
    case union([ArrowField])
    case dictionary(ArrowType)

    package var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .string: "string"
        case .binary: "binary"
        case .integer(let bits, let signed): "\(signed ? "" : "u")int\(bits)"
        case .floating(let bits): "float\(bits)"
        case .decimal(let precision, let scale): "decimal(\(precision), \(scale))"
        case .fixedBinary(let bytes): "binary[\(bytes)]"
        case .temporal(let name): name
        case .list(let item): "list<\(item.type)>"
        case .fixedList(let item, let count): "list<\(item.type)>[\(count)]"
        case .structure(let fields): "struct{\(Self.list(fields))}"
        case .map(let entries): "map<\(entries.type)>"
        case .union(let fields): "union{\(Self.list(fields))}"
        case .dictionary(let type): "dictionary<\(type)>"
        }
    }

    private static func list(_ fields: [ArrowField]) -> String {
        fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    }
}
