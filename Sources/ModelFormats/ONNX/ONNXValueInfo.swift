import Domain

/// `ValueInfoProto` of onnx.proto: a name, an element type and a shape.
enum ONNXValueInfo {
    /// - Throws: `Refusal.invalid` when the message is broken.
    static func read(_ bytes: [UInt8]) throws(Refusal) -> ModelInspection.Tensor {
        var tensor = ModelInspection.Tensor(name: "", type: "undefined", shape: [])
        var reader = ProtobufReader(bytes, ONNXInspector.rule)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let name)): tensor.name = try ProtobufReader.text(name, ONNXInspector.rule)
            case (2, .bytes(let type)): try readType(type, into: &tensor)
            default: break
            }
        }
        return tensor
    }

    /// `TypeProto`: 1 tensor, 4 sequence, 5 map, 8 sparse tensor, 9 optional.
    private static func readType(_ bytes: [UInt8], into tensor: inout ModelInspection.Tensor) throws(Refusal) {
        var reader = ProtobufReader(bytes, ONNXInspector.rule)
        while let field = try reader.next() {
            guard case .bytes(let body) = field.value else { continue }
            switch field.number {
            case 1, 8: try readTensorType(body, into: &tensor)
            case 4: tensor.type = "sequence"
            case 5: tensor.type = "map"
            case 9: tensor.type = "optional"
            default: break
            }
        }
    }

    private static func readTensorType(_ bytes: [UInt8], into tensor: inout ModelInspection.Tensor) throws(Refusal) {
        var reader = ProtobufReader(bytes, ONNXInspector.rule)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .varint(let code)): tensor.type = elementTypes[code] ?? "unknown(\(code))"
            case (2, .bytes(let shape)): tensor.shape = try readShape(shape)
            default: break
            }
        }
    }

    /// `TensorShapeProto`: repeated dimension, each 1 `dim_value` or 2 `dim_param`.
    private static func readShape(_ bytes: [UInt8]) throws(Refusal) -> [String] {
        var shape: [String] = []
        var reader = ProtobufReader(bytes, ONNXInspector.rule)
        while let field = try reader.next() {
            guard field.number == 1, case .bytes(let dimension) = field.value else { continue }
            var text = "?"
            var inner = ProtobufReader(dimension, ONNXInspector.rule)
            while let part = try inner.next() {
                switch (part.number, part.value) {
                case (1, .varint(let value)): text = String(Int64(bitPattern: value))
                case (2, .bytes(let name)): text = try ProtobufReader.text(name, ONNXInspector.rule)
                default: break
                }
            }
            shape.append(text.isEmpty ? "?" : text)
            guard shape.count <= 256 else { throw ONNXInspector.rule.refusal("a shape of over 256 dimensions") }
        }
        return shape
    }

    /// `TensorProto.DataType`.
    private static let elementTypes: [UInt64: String] = [
        1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
        10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16",
        17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4",
    ]
}
