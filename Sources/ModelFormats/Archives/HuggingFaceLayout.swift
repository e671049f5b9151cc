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
    /// The configuration at the top, and that of the first directory. Which of them counts is known at the end; more are
    /// not kept, and only that one is read.
    private var top: EntryText?
    private var first: (path: String, text: EntryText)?

    init(isDiffusers: Bool) { configName = isDiffusers ? "model_index.json" : "config.json" }

    mutating func begin(_ entry: ZipEntry) throws(Refusal) {
        let parts = entry.name.split(separator: "/")
        let isConfig = parts.last.map({ String($0) }) == configName && parts.count <= 2 && !entry.isDirectory
        let isKept = isConfig && !ZipListing.isClutter(entry.name) && (parts.count == 1 || first == nil)
        reading = isKept ? EntryText(limit: 1 << 20) : nil
        path = entry.name
    }

    mutating func take(_ bytes: Span<UInt8>) throws(Refusal) { reading?.append(bytes) }

    mutating func end() throws(Refusal) {
        guard let reading else { return }
        if path == configName { top = reading } else { first = (path, reading) }
        self.reading = nil
    }

    private static func details(_ entry: EntryText, _ path: String) throws(Refusal) -> [String: String] {
        let text = try entry.text(path, rule)
        let decoder = JSONDecoder()
        // Python writes numbers that JSON does not have: NaN, Infinity.
        decoder.allowsJSON5 = true
        guard let config = try? decoder.decodeForeign(Config.self, from: Data(text.utf8)) else {
            throw rule.refusal("\(path) is not the JSON of a Hugging Face model")
        }
        var details: [String: String] = [:]
        details["model_type"] = config.modelType
        details["architectures"] = config.architectures?.prefix(8).joined(separator: ", ")
        details["transformers_version"] = config.transformersVersion
        details["class"] = config.className
        details["diffusers_version"] = config.diffusersVersion
        return details.mapValues { String($0.unicodeScalars.filter { $0.value != 0 }.prefix(500)) }
    }

    func finish(_ listing: ZipListing) throws(Refusal) -> ModelInspection {
        let path = "\(listing.root)\(configName)"
        guard let entry = first.flatMap({ $0.path == path ? $0.text : nil }) ?? top else {
            throw Self.rule.refusal("no \(configName) at the top or in the one directory of the zip")
        }
        let details = try Self.details(entry, path)
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
