package import Arrow
package import Domain
import FoundationEssentials

/// The schema of a model's input or output, as clients send it: an encapsulated Arrow schema message in base64
/// (MODEL-62, sdk-wire 3.2.1), parsed and checked.
package struct ModelSchema: Sendable, Hashable {
    /// The message as it came.
    package let message: [UInt8]
    package let schema: ArrowSchema

    /// As clients send it, in the standard alphabet.
    package var base64: String { Data(message).base64EncodedString() }

    /// Largest message, in bytes.
    package static let limit = 256 << 10

    /// Takes both alphabets of RFC 4648, with and without padding, also with a plus sign that became a space in a URL.
    /// - Throws: `Refusal.invalid` of the field: rules `base64`, `arrow_schema`, `schema_fields`, `schema_type`.
    package init(base64 text: String, field: String) throws(Refusal) {
        guard text.utf8.count <= Self.limit * 4 / 3 + 4 else {
            throw .invalid(field, "arrow_schema", "at most \(Self.limit >> 10) KiB")
        }
        var plain = String(
            decoding: text.utf8.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "+")
                case UInt8(ascii: "_"): UInt8(ascii: "/")
                default: byte
                }
            }, as: UTF8.self)
        while plain.utf8.count % 4 != 0, plain.utf8.count < text.utf8.count + 3 { plain += "=" }
        guard !plain.isEmpty, let data = Data(base64Encoded: plain) else {
            throw .invalid(field, "base64", "base64 of a serialized Arrow schema")
        }
        try self.init(message: Array(data), field: field)
    }

    /// - Throws: as `init(base64:field:)`.
    package init(message: [UInt8], field: String) throws(Refusal) {
        // Names stand in the message as they are, and are compared below.
        guard MarkRuns.areShort(message) else {
            throw .invalid(field, "schema_fields", "names without over \(MarkRuns.limit) combining marks in a row")
        }
        let schema: ArrowSchema
        do {
            schema = try ArrowSchema(message: message)
        } catch {
            throw .invalid(field, "arrow_schema", "an Arrow schema message: \(error)")
        }
        self.message = message
        self.schema = schema
        try Self.check(schema, field)
    }

    private static func check(_ schema: ArrowSchema, _ field: String) throws(Refusal) {
        let names = schema.fields.map { Array($0.name.utf8) }
        guard !names.isEmpty, !names.contains([]), Set(names).count == names.count,
            !names.contains(where: { $0.contains(0) })
        else {
            throw .invalid(field, "schema_fields", "at least one field, each with a name of its own")
        }
        for part in schema.fields where !isCarried(part.type) {
            throw .invalid(
                field, "schema_type",
                "\(short(part.name)): no model takes \(short(part.type)); "
                    + "there are numbers, bool, string, lists and structs")
        }
    }

    /// A name or type for a refusal, of at most 200 characters (Unicode scalars).
    static func short(_ text: some CustomStringConvertible) -> String {
        let scalars = text.description.unicodeScalars
        let beginning = scalars.prefix(200)
        return beginning.endIndex == scalars.endIndex ? String(beginning) : "\(String(beginning.prefix(199)))…"
    }

    /// MODEL-40. Dates and times travel as strings (MODEL-65).
    private static func isCarried(_ type: ArrowType) -> Bool {
        switch type {
        case .bool, .string, .integer, .floating: true
        case .list(let item), .fixedList(let item, _): isCarried(item.type)
        case .structure(let fields): fields.allSatisfy { isCarried($0.type) }
        default: false
        }
    }

    /// Checks what a framework asks of the schemas of its models.
    /// - Throws: `Refusal.invalid` of `input_schema` or `output_schema`: rules `required`, `pipeline_schema`.
    package static func require(_ framework: ModelFramework, input: ModelSchema?, output: ModelSchema?)
        throws(Refusal)
    {
        for (field, schema) in [("input_schema", input), ("output_schema", output)] {
            guard schema != nil || !framework.needsSchemas else {
                throw .invalid(field, "required", "a model of \(framework.rawValue) needs it")
            }
        }
        guard let input, let output, let pipeline = HuggingFaceSchemas.all[framework] else { return }
        try pipeline.check(input.schema, output.schema, framework)
    }
}
