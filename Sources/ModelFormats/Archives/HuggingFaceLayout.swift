import Domain
import FoundationEssentials

/// A directory of `save_pretrained` (MODEL-29): `config.json`, or `model_index.json` of a diffusers pipeline, and
/// weights, at the top or in one directory.
struct HuggingFaceLayout: ZipLayout {
    static let rule = FormatRule(name: "hugging_face")

    private struct Config: Decodable {
        enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
            case architectures
            case transformersVersion = "transformers_version"
            case className = "_class_name"
            case diffusersVersion = "_diffusers_version"
        }
        let modelType: String?
        let architectures: [String]?
        let transformersVersion: String?
        let className: String?
        let diffusersVersion: String?
    }

    private static let weights = [
        ".bin", ".safetensors", ".h5", ".msgpack", ".pt", ".pth", ".ckpt", ".onnx",
    ]

    private let configName: String
    private var reading: EntryText?
    private var path = ""
    private var configs: [String: [String: String]] = [:]

    init(isDiffusers: Bool) { configName = isDiffusers ? "model_index.json" : "config.json" }

    mutating func begin(_ entry: ZipEntry) throws(Refusal) {
        let parts = entry.name.split(separator: "/")
        let isConfig = parts.last.map({ String($0) }) == configName && parts.count <= 2
        reading = isConfig && !ZipListing.isClutter(entry.name) ? EntryText(limit: 1 << 20) : nil
        path = entry.name
    }

    mutating func take(_ bytes: Span<UInt8>) throws(Refusal) { reading?.append(bytes) }

    mutating func end() throws(Refusal) {
        guard let reading else { return }
        let text = try reading.text(path, Self.rule)
        guard let config = try? JSONDecoder().decode(Config.self, from: Data(text.utf8)) else {
            throw Self.rule.refusal("\(path) is not the JSON of a Hugging Face model")
        }
        var details: [String: String] = [:]
        details["model_type"] = config.modelType
        details["architectures"] = config.architectures?.prefix(8).joined(separator: ", ")
        details["transformers_version"] = config.transformersVersion
        details["class"] = config.className
        details["diffusers_version"] = config.diffusersVersion
        configs[path] = details.mapValues { String($0.unicodeScalars.filter { $0.value != 0 }.prefix(500)) }
        self.reading = nil
    }

    func finish(_ listing: ZipListing) throws(Refusal) -> ModelInspection {
        let path = "\(listing.root)\(configName)"
        guard let details = configs[path] ?? configs[configName] else {
            throw Self.rule.refusal("no \(configName) at the top or in the one directory of the zip")
        }
        guard !details.isEmpty else { throw Self.rule.refusal("\(configName) says nothing of a model") }
        let files = listing.files.filter { file in Self.weights.contains { file.name.hasSuffix($0) } }
        guard !files.isEmpty else {
            throw Self.rule.refusal("no weights: none of the files ends in \(Self.weights.joined(separator: ", "))")
        }
        var inspection = ModelInspection(format: .huggingFace)
        inspection.details = details
        return inspection
    }
}
