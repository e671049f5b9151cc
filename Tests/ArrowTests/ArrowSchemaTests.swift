import Arrow
import Foundation
import TestSupport
import Testing

struct ArrowSchemaTests {
    /// A schema that pyarrow serialized, and what pyarrow says of it; Fixtures/make_schemas.py made them.
    struct Case: Decodable, CustomStringConvertible {
        let name: String
        let message: String
        /// Name, type, and whether it may be null.
        let fields: [Field]

        struct Field: Decodable, Hashable {
            let name: String
            let type: String
            let nullable: Bool
        }

        var description: String { name }
        var bytes: [UInt8] { Array(Data(base64Encoded: message) ?? Data()) }
    }

    static let cases: [Case] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/schemas.json")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    @Test func `the fixtures are there`() { #expect(Self.cases.count >= 10) }

    @Test(.proves("MODEL-40"), arguments: cases) func `schemas of pyarrow are read as pyarrow reads them`(of: Case)
        throws
    {
        let schema = try ArrowSchema(message: of.bytes)
        let fields = schema.fields.map {
            Case.Field(name: $0.name, type: $0.type.description, nullable: $0.isNullable)
        }
        #expect(fields == of.fields)
    }

    @Test(arguments: cases) func `a message that is cut anywhere is refused`(of: Case) {
        for length in 0..<of.bytes.count {
            #expect(throws: ArrowError.self) { try ArrowSchema(message: Array(of.bytes[..<length])) }
        }
    }

    @Test(arguments: cases) func `bytes behind a message are refused`(of: Case) {
        #expect(throws: ArrowError.self) { try ArrowSchema(message: of.bytes + [0]) }
    }

    @Test(arguments: cases, [1, 2, 3] as [UInt64]) func `damage never crashes the reader`(of: Case, seed: UInt64) {
        let random = SeededRandom(seed: seed)
        for _ in 0..<2000 {
            var bytes = of.bytes
            for _ in 0..<(1 + Int(random.bytes(1)[0] % 4)) {
                let place = random.bytes(4).reduce(0) { $0 << 8 | Int($1) } % bytes.count
                bytes[place] = random.bytes(1)[0]
            }
            // Whatever is read must be small enough to be shown.
            if let schema = try? ArrowSchema(message: bytes) { #expect(schema.fields.count <= 10_000) }
        }
    }

    @Test(arguments: [[], [0xFF, 0xFF, 0xFF, 0xFF], Array("ARROW1\0\0".utf8), [UInt8](repeating: 0, count: 64)])
    func `what is no message is refused`(bytes: [UInt8]) {
        #expect(throws: ArrowError.self) { try ArrowSchema(message: bytes) }
    }
}
