import Domain

/// A bring-your-own-predict archive (MODEL-30, MODEL-36, MODEL-38): Python scripts, of which one has the class that
/// builds the predictor, a `requirements.txt`, and whatever else they need.
struct BYOPLayout: ZipLayout {
    static let rule = FormatRule(name: "byop")
    private static let scriptLimit = 1 << 20
    private static let textLimit = 16 << 20

    private var reading: EntryText?
    private var path = ""
    private var python = ModelInspection.Python()
    private var builders: [String] = []
    private var predictors: [String] = []
    private var requirements: [String: [String]] = [:]
    private var scripts = 0
    private var textBytes = 0
    /// Why the first script that is no text was passed over.
    private var unreadable: Refusal?

    mutating func begin(_ entry: ZipEntry) throws(Refusal) {
        path = entry.name
        let isScript = path.hasSuffix(".py")
        let parts = path.split(separator: "/")
        let isRequirements = parts.last == "requirements.txt" && parts.count <= 2
        let isRead = !entry.isDirectory && !ZipListing.isClutter(path) && (isScript || isRequirements)
        reading = isRead ? EntryText(limit: Self.scriptLimit) : nil
    }

    mutating func take(_ bytes: Span<UInt8>) throws(Refusal) {
        guard reading != nil else { return }
        textBytes += bytes.count
        guard textBytes <= Self.textLimit else { throw Self.rule.refusal("over 16 MiB of scripts") }
        reading?.append(bytes)
    }

    mutating func end() throws(Refusal) {
        guard let reading else { return }
        self.reading = nil
        guard path.hasSuffix(".py") else {
            requirements[path] = try Requirements.parse(try reading.text(path, Self.rule), path: path)
            return
        }
        scripts += 1
        guard scripts <= 1000 else { throw Self.rule.refusal("over 1000 scripts") }
        let text: String
        do {
            text = try reading.text(path, Self.rule)
        } catch {
            // A library that somebody put in may have files in other encodings; they matter when nothing else is found.
            unreadable = unreadable ?? error
            return
        }
        try take(script: text)
    }

    private mutating func take(script text: String) throws(Refusal) {
        let script = try PythonScript(text, path: path, rule: Self.rule)
        for found in script.classes {
            let bases = found.bases.map { script.original($0) }
            if bases.contains("InferenceBuilder") { builders.append(found.name) }
            if bases.contains("Inference") { predictors.append(found.name) }
        }
        python.functions += script.functions.map(\.name)
        python.classes += script.classes.map(\.name)
        python.imports += script.imports
        let count = python.functions.count + python.classes.count + python.imports.count
        guard count <= 20_000 else { throw Self.rule.refusal("over 20000 functions, classes and imports") }
    }

    func finish(_ listing: ZipListing) throws(Refusal) -> ModelInspection {
        guard scripts > 0 else { throw Self.rule.refusal("no .py script") }
        let root = listing.root
        guard let requirements = requirements["\(root)requirements.txt"] else {
            throw Self.rule.refusal("no requirements.txt at the top or in the one directory of the zip")
        }
        if let unreadable, builders.isEmpty || predictors.isEmpty { throw unreadable }
        guard builders.count == 1 else {
            throw Self.rule.refusal(
                builders.isEmpty
                    ? "no class that extends mac.inference.creation.InferenceBuilder"
                    : "more than one class that extends InferenceBuilder: \(builders.prefix(5).joined(separator: ", "))"
            )
        }
        guard !predictors.isEmpty else {
            throw Self.rule.refusal("no class that extends mac.inference.Inference")
        }
        var inspection = ModelInspection(format: .byop)
        inspection.requirements = requirements
        inspection.python = .init(
            functions: Array(python.functions.prefix(200)), classes: Array(python.classes.prefix(200)),
            imports: Array(Set(python.imports).sorted().prefix(200)))
        inspection.details = ["builder": builders[0], "inference": predictors.prefix(5).joined(separator: ", ")]
        return inspection
    }
}
