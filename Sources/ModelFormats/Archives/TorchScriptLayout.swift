import Domain

/// TorchScript as `torch.jit.save` writes it (MODEL-27): in one directory `data.pkl`, `constants.pkl`, `version` and
/// `code/`. The pickles are read like any other, and never loaded.
struct TorchScriptLayout: ZipLayout {
    static let rule = FormatRule(name: "torchscript")

    private enum Reading {
        case nothing
        case pickle(isData: Bool)
        case code
    }

    private var reading = Reading.nothing
    private var pickle = PickleInspector(library: nil, rule: TorchScriptLayout.rule)
    private var code = EntryText(limit: 1 << 20)
    private var data: ModelInspection.Pickle?
    private var firstGlobal: String?
    private var forward: String?

    mutating func begin(_ entry: ZipEntry) throws(Refusal) {
        switch entry.name.split(separator: "/", maxSplits: 1).last {
        case "data.pkl":
            pickle = PickleInspector(library: nil, rule: Self.rule)
            reading = .pickle(isData: true)
        case "constants.pkl":
            pickle = PickleInspector(library: nil, rule: Self.rule)
            reading = .pickle(isData: false)
        case .some(let path) where String(path) == codePath:
            code = EntryText(limit: 1 << 20)
            reading = .code
        default: reading = .nothing
        }
    }

    mutating func take(_ bytes: Span<UInt8>) throws(Refusal) {
        switch reading {
        case .nothing: break
        case .pickle: try pickle.consume(bytes)
        case .code: code.append(bytes)
        }
    }

    mutating func end() throws(Refusal) {
        switch reading {
        case .nothing: break
        case .pickle(let isData):
            let found = try pickle.finish().pickle
            if isData {
                data = found
                firstGlobal = pickle.firstGlobal
            }
        case .code:
            // Code that is too long to be read for a clue is still code.
            forward = (try? code.text("code", Self.rule)).flatMap { Self.forward(of: className, in: $0) }
        }
        reading = .nothing
    }

    func finish(_ listing: ZipListing) throws(Refusal) -> ModelInspection {
        let root = listing.root
        let names = Set(listing.files.map(\.name))
        guard let data, names.contains("\(root)data.pkl"), !root.isEmpty else {
            throw Self.rule.refusal("no data.pkl: not a file of torch.jit.save")
        }
        guard names.contains("\(root)constants.pkl"), names.contains("\(root)version"),
            names.contains(where: { $0.hasPrefix("\(root)code/") })
        else {
            throw Self.rule.refusal(
                "not TorchScript: the file has no code, so it is a state_dict or a pickled module; "
                    + "save torch.jit.script(model) with torch.jit.save")
        }
        let tensors = listing.files.filter { $0.name.hasPrefix("\(root)data/") }
        var inspection = ModelInspection(format: .torchscript)
        inspection.pickle = data
        var details = ["tensors": String(tensors.count), "tensor_bytes": String(tensors.reduce(0) { $0 + $1.size })]
        details["class"] = firstGlobal
        details["forward"] = forward
        inspection.details = details
        return inspection
    }

    private var className: Substring { firstGlobal?.split(separator: ".").last ?? "" }

    /// Where the code of the outermost module stands: that of `__torch__.a.Net` in `code/__torch__/a.py`.
    private var codePath: String? {
        guard let parts = firstGlobal?.split(separator: "."), parts.first == "__torch__", parts.count > 1 else {
            return nil
        }
        return "code/\(parts.dropLast().joined(separator: "/")).py"
    }

    /// The head of the method `forward`, such as `(self: __torch__.Net, x: Tensor) -> Tensor`.
    private static func forward(of name: Substring, in code: String) -> String? {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("class \(name)(") }) else { return nil }
        var words: [String] = []
        for line in lines[start...].dropFirst() where !words.isEmpty || line.hasPrefix("  def forward(") {
            words.append(String(line.drop { $0 == " " }))
            if line.hasSuffix(":") || words.count > 100 { break }
        }
        let head = words.joined(separator: " ")
        guard head.hasPrefix("def forward"), head.hasSuffix(":"), head.utf8.count <= 2000 else { return nil }
        return String(head.dropFirst("def forward".count).dropLast())
    }
}
