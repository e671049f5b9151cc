import Domain

/// A TensorFlow SavedModel: `saved_model.pb` and `variables/`, at the top or in one directory (MODEL-23, MODEL-25).
struct SavedModelLayout: ZipLayout {
    static let rule = FormatRule(name: "saved_model")

    private var reader: SavedModelReader?
    private var result: (path: String, inspection: ModelInspection)?

    mutating func begin(_ entry: ZipEntry) throws(Refusal) {
        guard entry.name == "saved_model.pb" || entry.name.hasSuffix("/saved_model.pb"),
            !ZipListing.isClutter(entry.name)
        else { return }
        guard result == nil else { throw Self.rule.refusal("more than one saved_model.pb") }
        reader = SavedModelReader()
        result = (entry.name, ModelInspection())
    }

    mutating func take(_ bytes: Span<UInt8>) throws(Refusal) { try reader?.consume(bytes) }

    mutating func end() throws(Refusal) {
        guard let inspection = try reader?.finish() else { return }
        result?.inspection = inspection
        reader = nil
    }

    func finish(_ listing: ZipListing) throws(Refusal) -> ModelInspection {
        guard let (path, inspection) = result else {
            throw Self.rule.refusal("no saved_model.pb: the zip must hold a TensorFlow SavedModel")
        }
        let directory = path.dropLast("saved_model.pb".count)
        guard listing.root.hasPrefix(directory) else {
            throw Self.rule.refusal("saved_model.pb stands neither at the top nor in the one directory of the zip")
        }
        guard listing.entries.contains(where: { $0.name.hasPrefix("\(directory)variables/") }) else {
            throw Self.rule.refusal("no variables/ beside saved_model.pb")
        }
        return inspection
    }
}

/// `saved_model.pb`: the message SavedModel of TensorFlow's saved_model.proto and meta_graph.proto.
struct SavedModelReader {
    /// `SavedModel`, `MetaGraphDef`, `MetaInfoDef`.
    enum Message: ProtobufShape {
        case model, graph, info

        func child(_ field: UInt64) -> Message? {
            switch (self, field) {
            case (.model, 2): .graph
            case (.graph, 1): .info
            default: nil
            }
        }

        func keeps(_ field: UInt64) -> Bool {
            switch (self, field) {
            case (.graph, 5), (.info, 4), (.info, 5): true
            default: false
            }
        }
    }

    private static let rule = SavedModelLayout.rule
    private static let keptLimit = 4 << 20

    private var parser = ProtobufStream(root: Message.model, rule: SavedModelReader.rule)
    private var inspection = ModelInspection(format: .savedModel)
    private var signatures: [String: TensorFlowSignature] = [:]
    private var tags: [String] = []
    private var graphs = 0
    private var keptBytes = 0

    mutating func consume(_ bytes: Span<UInt8>) throws(Refusal) {
        var offset = 0
        while let event = try parser.next(bytes, &offset) { try take(event) }
    }

    /// Inputs and outputs are those of the signature `serving_default`, else of the first one by name.
    mutating func finish() throws(Refusal) -> ModelInspection {
        guard parser.isComplete, graphs > 0 else {
            throw Self.rule.refusal("saved_model.pb is truncated or holds no graph")
        }
        let names = signatures.keys.filter { !$0.hasPrefix("__") }.sorted()
        if let name = names.contains("serving_default") ? "serving_default" : names.first,
            let signature = signatures[name]
        {
            inspection.inputs = signature.inputs
            inspection.outputs = signature.outputs
        }
        inspection.details = ["signatures": names.joined(separator: ", "), "tags": tags.joined(separator: ", ")]
        return inspection
    }

    private mutating func take(_ event: ProtobufStream<Message>.Event) throws(Refusal) {
        if case .bytes(_, _, let bytes) = event {
            keptBytes += bytes.count + 64
            guard keptBytes <= Self.keptLimit else { throw Self.rule.refusal("over 4 MiB of signatures") }
        }
        switch event {
        case .entered(.graph): graphs += 1
        case .bytes(.info, field: 4, let bytes): tags.append(try ProtobufReader.text(bytes, Self.rule))
        case .bytes(.info, field: 5, let bytes):
            inspection.producer = "tensorflow \(try ProtobufReader.text(bytes, Self.rule))"
        case .bytes(.graph, field: 5, let bytes):
            let (name, body) = try TensorFlowSignature.entry(bytes)
            signatures[name] = try TensorFlowSignature(body)
        default: break
        }
    }
}
