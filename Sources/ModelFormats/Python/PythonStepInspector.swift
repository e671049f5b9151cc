import Domain

/// A Python step: one file with the function `wallaroo_json` at its top level (MODEL-24).
struct PythonStepInspector: FormatInspector {
    static let rule = FormatRule(name: "python_step")
    private static let entryPoint = "wallaroo_json"
    private static let limit = 4 << 20

    private var body = EntryText(limit: PythonStepInspector.limit)
    private var isEmpty = true

    mutating func consume(_ bytes: Span<UInt8>) throws(Refusal) {
        isEmpty = isEmpty && bytes.count == 0
        body.append(bytes)
        guard !body.isOver else { throw Self.rule.refusal("a script of over \(Self.limit >> 20) MiB") }
    }

    func finish() throws(Refusal) -> ModelInspection {
        guard !isEmpty else { throw FormatRule.empty }
        let script = try PythonScript(try body.text("the script", Self.rule), path: "the script", rule: Self.rule)
        guard let entry = script.functions.last(where: { $0.name == Self.entryPoint }) else {
            throw Self.rule.refusal("no function \(Self.entryPoint) at the top level")
        }
        guard let first = entry.parameters.first, first != "*" else {
            throw Self.rule.refusal("\(Self.entryPoint) takes no data")
        }
        var inspection = ModelInspection(format: .python)
        inspection.python = .init(
            functions: Array(script.functions.map(\.name).prefix(200)),
            classes: Array(script.classes.map(\.name).prefix(200)),
            imports: Array(Set(script.imports).sorted().prefix(200)))
        return inspection
    }
}
