package import Domain

/// Reads an ONNX model (`ModelProto` of onnx.proto) as it streams by, and learns its inputs, outputs and operator sets.
///
/// The file never stands in memory: weights are skipped, only names and shapes are kept. Every length is checked
/// against its parent, so a truncated file, or one that is not protocol buffers at all, is refused.
package struct ONNXInspector: FormatInspector, Sendable {
    static let rule = FormatRule(name: "onnx")

    /// Every message of onnx.proto that a `TensorProto` stands in at any depth: each of them may have its bytes in
    /// another file. The graph, its initializers and its sparse ones are told from those further inside.
    enum Message: ProtobufShape {
        case model, graph, initializer, sparse
        case node, attribute, function, training, innerGraph, tensor, innerSparse

        func child(_ field: UInt64) -> Message? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 20): .training
            case (.model, 25): .function
            case (.graph, 5), (.sparse, 1): .initializer
            case (.graph, 15): .sparse
            case (.graph, 1), (.innerGraph, 1), (.function, 7): .node
            case (.node, 5), (.function, 11): .attribute
            case (.attribute, 6), (.attribute, 11), (.training, 1), (.training, 2): .innerGraph
            case (.attribute, 22), (.attribute, 23), (.innerGraph, 15): .innerSparse
            case (.attribute, 5), (.attribute, 10), (.innerGraph, 5), (.sparse, 2), (.innerSparse, 1),
                (.innerSparse, 2):
                .tensor
            default: nil
            }
        }

        func keeps(_ field: UInt64) -> Bool {
            switch (self, field) {
            case (.model, 2), (.model, 8), (.graph, 11), (.graph, 12), (.initializer, 8), (.initializer, 13),
                (.tensor, 13):
                true
            default: false
            }
        }
    }

    private var parser = ProtobufStream(root: Message.model, rule: ONNXInspector.rule)
    /// Names, by their bytes.
    private var initializers: Set<[UInt8]> = []
    private var inspection = ModelInspection(format: .onnx)
    private var externalFiles: Set<String> = []
    /// A tensor says that its bytes stand elsewhere (`data_location` EXTERNAL).
    private var hasExternalData = false
    private var sawGraph = false
    private var byteCount: Int64 = 0
    private var keptBytes = 0

    /// The most bytes of names and shapes that are kept of one file.
    private static let keptLimit = 4 << 20

    package init() {}

    /// Bytes that were looked at; weights are not.
    package var readBytes: UInt64 { parser.readBytes }
    package var unneededBytes: UInt64 { parser.unneeded }

    package mutating func skip(_ count: UInt64) throws(Refusal) {
        byteCount += Int64(clamping: count)
        try parser.skip(count)
    }

    /// Takes the next bytes of the file.
    /// - Throws: `Refusal.invalid` with rule `onnx` as soon as the bytes can't be an ONNX model.
    package mutating func consume(_ bytes: Span<UInt8>) throws(Refusal) {
        byteCount += Int64(bytes.count)
        var offset = 0
        while let event = try parser.next(bytes, &offset) { try take(event) }
    }

    /// Ends the file.
    /// - Returns: what was learned; inputs without those that have an initializer (MODEL-63).
    /// - Throws: `Refusal.invalid`: rule `not_empty` for no bytes, `onnx` for a file that stops early or has no graph.
    package mutating func finish() throws(Refusal) -> ModelInspection {
        guard byteCount > 0 else { throw FormatRule.empty }
        guard parser.isComplete else { throw Self.refusal("the file ends in the middle of a field: it is truncated") }
        guard sawGraph, let version = inspection.irVersion, version > 0 else {
            throw Self.refusal("not an ONNX model: it has no ir_version or no graph")
        }
        guard !inspection.outputs.isEmpty else { throw Self.refusal("the graph has no outputs") }
        inspection.inputs.removeAll { initializers.contains(Array($0.name.utf8)) }
        if hasExternalData || !externalFiles.isEmpty {
            // An upload is one file, so the weights would be missing; and the paths lead anywhere on a node.
            let names = externalFiles.isEmpty ? "no name" : externalFiles.sorted().prefix(3).joined(separator: ", ")
            throw .invalid(
                "body", "external_data", "weights stand in other files (\(names)); save the model as one file")
        }
        return inspection
    }

    private mutating func take(_ event: ProtobufStream<Message>.Event) throws(Refusal) {
        if case .bytes(_, _, let bytes) = event {
            keptBytes += bytes.count + 64
            guard keptBytes <= Self.keptLimit else {
                throw Self.refusal("more names and shapes than any real model has")
            }
        }
        switch event {
        case .entered(.graph): sawGraph = true
        case .entered: break
        case .varint(.model, field: 1, let value): inspection.irVersion = Int64(bitPattern: value)
        case .varint(.initializer, field: 14, 1), .varint(.tensor, field: 14, 1): hasExternalData = true
        case .varint: break
        case .bytes(.model, field: 2, let bytes): inspection.producer = try Self.text(bytes)
        case .bytes(.model, field: 8, let bytes): try takeOperatorSet(bytes)
        case .bytes(.graph, field: 11, let bytes): inspection.inputs.append(try ONNXValueInfo.read(bytes))
        case .bytes(.graph, field: 12, let bytes): inspection.outputs.append(try ONNXValueInfo.read(bytes))
        case .bytes(.initializer, field: 8, let bytes): initializers.insert(bytes)
        case .bytes(.initializer, field: 13, let bytes), .bytes(.tensor, field: 13, let bytes):
            try takeExternalData(bytes)
        case .bytes: break
        }
    }

    /// `OperatorSetIdProto`: 1 domain, 2 version.
    private mutating func takeOperatorSet(_ bytes: [UInt8]) throws(Refusal) {
        var domain = ""
        var version: Int64 = 0
        var reader = ProtobufReader(bytes, Self.rule)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): domain = try Self.text(text)
            case (2, .varint(let value)): version = Int64(bitPattern: value)
            default: break
            }
        }
        inspection.opsets[domain.isEmpty ? "ai.onnx" : domain] = version
    }

    /// `StringStringEntryProto`: 1 key, 2 value; the key `location` names the file.
    private mutating func takeExternalData(_ bytes: [UInt8]) throws(Refusal) {
        var key = ""
        var value = ""
        var reader = ProtobufReader(bytes, Self.rule)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): key = try Self.text(text)
            case (2, .bytes(let text)): value = try Self.text(text)
            default: break
            }
        }
        if key == "location" { externalFiles.insert(value) }
    }

    private static func text(_ bytes: [UInt8]) throws(Refusal) -> String { try ProtobufReader.text(bytes, rule) }

    private static func refusal(_ why: String) -> Refusal { rule.refusal(why) }
}
