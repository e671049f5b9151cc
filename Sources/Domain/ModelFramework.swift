/// What an upload claims to be (MODEL-12, with the additions of E46). A model of `mlflow` is a registered container image
/// and never a file (IMG-01).
package enum ModelFramework: String, Sendable, Codable, CaseIterable {
    case onnx, tensorflow, python, keras, sklearn, pytorch, xgboost, custom, mlflow
    case speechRecognition = "hugging-face-automatic-speech-recognition"
    case featureExtraction = "hugging-face-feature-extraction"
    case imageClassification = "hugging-face-image-classification"
    case imageSegmentation = "hugging-face-image-segmentation"
    case imageToText = "hugging-face-image-to-text"
    case objectDetection = "hugging-face-object-detection"
    case questionAnswering = "hugging-face-question-answering"
    case textToImage = "hugging-face-stable-diffusion-text-2-img"
    case summarization = "hugging-face-summarization"
    case textClassification = "hugging-face-text-classification"
    case translation = "hugging-face-translation"
    case zeroShotClassification = "hugging-face-zero-shot-classification"
    case zeroShotImageClassification = "hugging-face-zero-shot-image-classification"
    case zeroShotObjectDetection = "hugging-face-zero-shot-object-detection"
    case sentimentAnalysis = "hugging-face-sentiment-analysis"
    case textGeneration = "hugging-face-text-generation"

    /// A pipeline of the `transformers` or `diffusers` library.
    package var isHuggingFace: Bool { rawValue.hasPrefix("hugging-face-") }

    /// The ends of file names that it may have (MODEL-22 to MODEL-30).
    package var fileTypes: [String] {
        switch self {
        case .onnx: [".onnx"]
        case .python: [".py"]
        case .keras: [".zip", ".h5"]
        case .sklearn, .xgboost: [".pkl", ".pickle"]
        case .pytorch: [".pt", ".pth"]
        case .mlflow: []
        default: [".zip"]
        }
    }

    /// Whether an upload must bring the schemas of its input and output (MODEL-22 to MODEL-30).
    package var needsSchemas: Bool {
        switch self {
        case .onnx, .tensorflow: false
        default: true
        }
    }

    /// The runtimes that a version can have; the first one is tried first (MODEL-15, MODEL-16).
    package var runtimes: [ModelRuntime] {
        switch self {
        case .onnx: [.onnx]
        case .tensorflow: [.tensorflow]
        case .python: [.python]
        case .mlflow: [.mlflow]
        case .keras, .sklearn, .pytorch, .xgboost: [.onnx, .flight]
        default: [.flight]
        }
    }

    /// The runtime of a version before anything was tried.
    package var firstRuntime: ModelRuntime { runtimes.first ?? .flight }

    /// Whether a file runs as it is, without a conversion or a container (MODEL-16).
    package var isNative: Bool {
        switch self {
        case .onnx, .tensorflow, .python, .mlflow: true
        default: false
        }
    }

    /// Checks the end of a file's name, regardless of case.
    /// - Throws: `Refusal.invalid` with rule `file_type`, or `registered_image` of the field `framework` (REG-17).
    package func requireFileType(_ fileName: String, field: String) throws(Refusal) {
        guard !fileTypes.isEmpty else {
            throw .invalid(
                "framework", "registered_image", "a model of \(rawValue) is registered as a container image")
        }
        let name = fileName.lowercased()
        guard fileTypes.contains(where: { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }) else {
            throw .invalid(
                field, "file_type", "a file for \(rawValue) ends in \(fileTypes.joined(separator: " or "))")
        }
    }
}
