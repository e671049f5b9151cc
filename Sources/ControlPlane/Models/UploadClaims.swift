import Domain
import ModelFormats

/// What a request says of a model whose file it does not carry, as JSON (MODEL-05, MODEL-12).
struct UploadClaimsRequest: Decodable {
    let framework: String
    let arch: String?
    let accel: String?
    let inputSchema: String?
    let outputSchema: String?
}

/// The same, checked.
struct UploadClaims: Sendable {
    let framework: ModelFramework
    let arch: Architecture
    let accel: Accelerator
    /// Encapsulated Arrow messages, checked.
    let inputSchema: [UInt8]?
    let outputSchema: [UInt8]?

    /// - Throws: `Refusal.invalid`.
    init(_ request: UploadClaimsRequest) throws(Refusal) {
        framework = try Self.choice(request.framework, "framework", default: .onnx)
        arch = try Self.choice(request.arch, "arch", default: .x86)
        accel = try Self.choice(request.accel, "accel", default: .none)
        guard accel.architectures.contains(arch) else {
            throw .invalid("accel", "arch", "\(accel.rawValue) does not run on \(arch.rawValue)")
        }
        let input = try Self.schema(request.inputSchema, "input_schema")
        let output = try Self.schema(request.outputSchema, "output_schema")
        try ModelSchema.require(framework, input: input, output: output)
        inputSchema = input?.message
        outputSchema = output?.message
    }

    private static func schema(_ text: String?, _ field: String) throws(Refusal) -> ModelSchema? {
        guard let text else { return nil }
        return try ModelSchema(base64: text, field: field)
    }

    private static func choice<T: RawRepresentable<String> & CaseIterable>(
        _ text: String?, _ field: String, default fallback: T
    ) throws(Refusal) -> T {
        guard let text else { return fallback }
        guard let value = T(rawValue: text) else {
            throw .invalid(field, "one_of", "one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
