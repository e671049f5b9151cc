import Domain

/// `SignatureDef` of TensorFlow's meta_graph.proto: named inputs and outputs.
struct TensorFlowSignature {
    private static let rule = SavedModelLayout.rule
    private(set) var inputs: [ModelInspection.Tensor] = []
    private(set) var outputs: [ModelInspection.Tensor] = []

    /// 1 inputs, 2 outputs; maps have no order, so they are sorted.
    init(_ bytes: [UInt8]) throws(Refusal) {
        var reader = ProtobufReader(bytes, Self.rule)
        while let field = try reader.next() {
            guard case .bytes(let body) = field.value else { continue }
            switch field.number {
            case 1: inputs.append(try Self.tensor(body))
            case 2: outputs.append(try Self.tensor(body))
            default: break
            }
        }
        inputs.sort { $0.name < $1.name }
        outputs.sort { $0.name < $1.name }
    }

    /// An entry of a map: 1 key, 2 value.
    static func entry(_ bytes: [UInt8]) throws(Refusal) -> (String, [UInt8]) {
        var key = ""
        var value: [UInt8] = []
        var reader = ProtobufReader(bytes, rule)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): key = try ProtobufReader.text(text, rule)
            case (2, .bytes(let body)): value = body
            default: break
            }
        }
        return (key, value)
    }

    /// `TensorInfo`: 2 dtype, 3 tensor_shape.
    private static func tensor(_ bytes: [UInt8]) throws(Refusal) -> ModelInspection.Tensor {
        let (name, body) = try entry(bytes)
        var tensor = ModelInspection.Tensor(name: name, type: "undefined", shape: [])
        var reader = ProtobufReader(body, rule)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (2, .varint(let code)): tensor.type = elementTypes[code] ?? "unknown(\(code))"
            case (3, .bytes(let shape)): tensor.shape = try dimensions(shape)
            default: break
            }
        }
        return tensor
    }

    /// `TensorShapeProto`: 2 dim (1 size, -1 for any; 2 name).
    private static func dimensions(_ bytes: [UInt8]) throws(Refusal) -> [String] {
        var shape: [String] = []
        var reader = ProtobufReader(bytes, rule)
        while let field = try reader.next() {
            guard field.number == 2, case .bytes(let dimension) = field.value else { continue }
            // Without a size it is 0, as for any number of protocol buffers.
            var text = "0"
            var inner = ProtobufReader(dimension, rule)
            while let part = try inner.next() {
                guard part.number == 1, case .varint(let value) = part.value else { continue }
                text = Int64(bitPattern: value) < 0 ? "?" : String(Int64(bitPattern: value))
            }
            shape.append(text)
            guard shape.count <= 256 else { throw rule.refusal("a shape of over 256 dimensions") }
        }
        return shape
    }

    /// `DataType` of TensorFlow's types.proto.
    private static let elementTypes: [UInt64: String] = [
        1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string", 8: "complex64",
        9: "int64", 10: "bool", 14: "bfloat16", 17: "uint16", 18: "complex128", 19: "float16", 20: "resource",
        21: "variant", 22: "uint32", 23: "uint64",
    ]
}
