import Domain
import Foundation
import ModelFormats
import TestSupport
import Testing

/// Schemas that frameworks ask for. Fixtures/make_schemas.py makes them with pyarrow.
struct SchemaTests {
    struct Case: Decodable, CustomStringConvertible, Sendable {
        let name: String
        let framework: String
        let input: String?
        let output: String?
        /// The field that is refused, if any.
        let refused: String?
        let rule: String?
        var description: String { name }
    }

    static let cases: [Case] = {
        guard let bytes = try? Inspection.fixture("schemas.json") else { return [] }
        return (try? JSONDecoder().decode([Case].self, from: Data(bytes))) ?? []
    }()

    private static func check(_ of: Case) throws {
        let input = try of.input.map { try ModelSchema(base64: $0, field: "input_schema") }
        let output = try of.output.map { try ModelSchema(base64: $0, field: "output_schema") }
        let framework = try #require(ModelFramework(rawValue: of.framework))
        try ModelSchema.require(framework, input: input, output: output)
    }

    @Test func `the fixtures are there`() { #expect(Self.cases.count > 30) }

    @Test(
        .proves(
            "MODEL-41", "MODEL-42", "MODEL-43", "MODEL-44", "MODEL-45", "MODEL-46", "MODEL-47", "MODEL-48", "MODEL-49",
            "MODEL-50", "MODEL-51", "MODEL-52", "MODEL-53", "MODEL-54", "MODEL-55", "MODEL-56",
            "IMG-05"), arguments: cases)
    func `a framework takes its schemas and no others`(of: Case) throws {
        do {
            try Self.check(of)
            #expect(of.refused == nil)
        } catch let refusal as Refusal {
            guard case .invalid(let errors) = refusal else { throw refusal }
            #expect(errors.first?.field == of.refused)
            #expect(errors.first?.rule == of.rule)
        }
    }

    @Test(arguments: ["", "!", "AAAA", "////", "%", "ä", "QVJST1cx"]) func `what is no schema is refused`(text: String)
    {
        #expect(throws: Refusal.self) { try ModelSchema(base64: text, field: "input_schema") }
    }

    @Test func `both alphabets of base64 and missing padding are read`() throws {
        for of in Self.cases {
            guard let input = of.input, of.refused == nil else { continue }
            let schema = try ModelSchema(base64: input, field: "x")
            let other = input.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            #expect(try ModelSchema(base64: other.filter { $0 != "=" }, field: "x") == schema)
            #expect(try ModelSchema(base64: input.replacingOccurrences(of: "+", with: " "), field: "x") == schema)
            #expect(schema.base64 == input)
        }
    }
}
