import Domain
import FoundationEssentials

/// A Keras model in an HDF5 file (MODEL-25), of which the beginning is kept: Keras writes its attributes before the
/// weights. What lies further behind is not looked at, but the file must be as long as it says.
struct HDF5Inspector: FormatInspector {
    static let rule = FormatRule(name: "keras_hdf5")
    static let headLimit = 8 << 20

    private var head: [UInt8] = []
    private var size: UInt64 = 0

    var unneededBytes: UInt64 { head.count < Self.headLimit ? 0 : .max }

    mutating func skip(_ count: UInt64) { size += count }

    mutating func consume(_ bytes: Span<UInt8>) throws(Refusal) {
        let room = min(bytes.count, Self.headLimit - head.count)
        if room > 0 { head.append(bytes.extracting(0..<room)) }
        size += UInt64(bytes.count)
        if head.count >= 8, !HDF5File.hasSignature(head) { throw Self.rule.refusal("not an HDF5 file") }
    }

    func finish() throws(Refusal) -> ModelInspection {
        guard size > 0 else { throw FormatRule.empty }
        let file = try HDF5File(head, rule: Self.rule)
        guard file.endOfFile <= size else { throw Self.rule.refusal("the file is truncated") }
        let attributes = try file.rootAttributes(["model_config", "keras_version", "backend"])
        guard let json = attributes["model_config"] else {
            throw Self.rule.refusal(
                "no attribute model_config: the file has weights only, or is not of Keras; use model.save")
        }
        var inspection = ModelInspection(format: .hdf5)
        inspection.producer = attributes["keras_version"].map { "keras \(KerasConfig.plain($0))" }
        try KerasConfig.read(json, into: &inspection)
        inspection.details?["backend"] = attributes["backend"].map(KerasConfig.plain)
        return inspection
    }
}

/// `model_config` of Keras: the class of the model and its layers.
enum KerasConfig {
    private struct Model: Decodable {
        enum CodingKeys: String, CodingKey {
            case className = "class_name"
            case config
        }
        let className: String
        let config: Body
    }
    private struct Body: Decodable {
        enum CodingKeys: CodingKey { case layers }
        let layers: [Layer]?

        /// An object with the layers; of a sequential model of Keras before 2.2.3 the list of them.
        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: CodingKeys.self) {
                layers = try container.decodeIfPresent([Layer].self, forKey: .layers)
            } else {
                layers = try decoder.singleValueContainer().decode([Layer].self)
            }
        }
    }
    private struct Layer: Decodable {
        enum CodingKeys: String, CodingKey {
            case className = "class_name"
            case config
        }
        let className: String
        let config: LayerConfig
    }
    private struct LayerConfig: Decodable {
        enum CodingKeys: String, CodingKey {
            case name, dtype
            case batchInputShape = "batch_input_shape"
            case batchShape = "batch_shape"
        }
        let name: String?
        let shape: [Int?]?
        let dtype: String?

        init(from decoder: any Decoder) throws {
            // A model as a layer may have a list here, as above.
            guard let container = try? decoder.container(keyedBy: CodingKeys.self) else {
                (name, shape, dtype) = (nil, nil, nil)
                return
            }
            name = try? container.decode(String.self, forKey: .name)
            dtype = try? container.decode(String.self, forKey: .dtype)
            shape =
                (try? container.decode([Int?].self, forKey: .batchInputShape))
                ?? (try? container.decode([Int?].self, forKey: .batchShape))
        }
    }

    /// Inputs are the input layers, or of a sequential model the first layer that has a shape.
    static func read(_ json: String, into inspection: inout ModelInspection) throws(Refusal) {
        guard json.utf8.count <= 4 << 20 else {
            throw HDF5Inspector.rule.refusal("the attribute model_config has over 4 MiB")
        }
        let decoder = JSONDecoder()
        // Python writes numbers that JSON does not have: NaN, Infinity.
        decoder.allowsJSON5 = true
        guard let model = try? decoder.decodeForeign(Model.self, from: Data(json.utf8)) else {
            throw HDF5Inspector.rule.refusal("the attribute model_config is not the JSON of a Keras model")
        }
        let layers = model.config.layers ?? []
        inspection.details = ["class_name": plain(model.className), "layers": String(layers.count)]
        let inputs = layers.filter { $0.className == "InputLayer" }
        for layer in inputs.isEmpty ? Array(layers.prefix(1)) : inputs.prefix(256).map(\.self) {
            guard let shape = layer.config.shape else { continue }
            inspection.inputs.append(
                .init(
                    name: plain(layer.config.name ?? ""), type: plain(layer.config.dtype ?? "float32"),
                    shape: shape.prefix(64).map { $0.map(String.init) ?? "?" }))
        }
    }

    /// Short enough to be shown, and without the zero that PostgreSQL does not store.
    static func plain(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.value != 0 }.prefix(200))
    }
}
