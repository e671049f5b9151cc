package import Domain

/// Reads an ONNX model (`ModelProto` of onnx.proto) as it streams by, and learns its inputs, outputs and operator sets.
///
/// The file never stands in memory: weights are skipped, only names and shapes are kept. Every length is checked
/// against its parent, so a truncated file, or one that is not protocol buffers at all, is refused.
package struct ONNXInspector: Sendable {
    private var parser = ProtobufStream(root: .model)
    private var initializers: Set<String> = []
    private var inspection = ModelInspection()
    private var sawGraph = false
    private var byteCount: Int64 = 0
    private var keptBytes = 0

    /// The most bytes of names and shapes that are kept of one file.
    private static let keptLimit = 4 << 20

    package init() {}

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
        guard byteCount > 0 else { throw .invalid("body", "not_empty", "the model file has no bytes") }
        guard parser.isComplete else { throw Self.refusal("the file ends in the middle of a field: it is truncated") }
        guard sawGraph, let version = inspection.irVersion, version > 0 else {
            throw Self.refusal("not an ONNX model: it has no ir_version or no graph")
        }
        guard !inspection.outputs.isEmpty else { throw Self.refusal("the graph has no outputs") }
        inspection.inputs.removeAll { initializers.contains($0.name) }
        return inspection
    }

    private mutating func take(_ event: ProtobufStream.Event) throws(Refusal) {
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
        case .varint: break
        case .bytes(.model, field: 2, let bytes): inspection.producer = try Self.text(bytes)
        case .bytes(.model, field: 8, let bytes): try takeOperatorSet(bytes)
        case .bytes(.graph, field: 11, let bytes): inspection.inputs.append(try ONNXValueInfo.read(bytes))
        case .bytes(.graph, field: 12, let bytes): inspection.outputs.append(try ONNXValueInfo.read(bytes))
        case .bytes(.initializer, field: 8, let bytes): initializers.insert(try Self.text(bytes))
        case .bytes: break
        }
    }

    /// `OperatorSetIdProto`: 1 domain, 2 version.
    private mutating func takeOperatorSet(_ bytes: [UInt8]) throws(Refusal) {
        var domain = ""
        var version: Int64 = 0
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): domain = try Self.text(text)
            case (2, .varint(let value)): version = Int64(bitPattern: value)
            default: break
            }
        }
        inspection.opsets[domain.isEmpty ? "ai.onnx" : domain] = version
    }

    static func text(_ bytes: [UInt8]) throws(Refusal) -> String {
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw refusal("a name is not UTF-8 text")
        }
        return text
    }

    static func refusal(_ why: String) -> Refusal { .invalid("body", "onnx", why) }
}
