package import Domain

/// A model version as artifacts refer to it. Its layer's digest is the model's sha256 everywhere (PUB-14).
package struct PublishedModel: Hashable, Sendable {
    package var name: ModelName
    package var version: ModelVersionID
    /// Whose `models/` repository holds the file.
    package var workspace: WorkspaceID
    package var digest: Digest
    package var sizeBytes: Int64
    package var runtime: ModelRuntime
    package var architecture: Architecture
    /// The last component of the layer's path. Characters outside `A-Z a-z 0-9 . _ -` become `_`.
    package let fileName: String

    package init(
        name: ModelName, version: ModelVersionID, workspace: WorkspaceID, digest: Digest, sizeBytes: Int64,
        runtime: ModelRuntime = .onnx, architecture: Architecture = .x86, fileName: String = "model.onnx"
    ) {
        self.name = name
        self.version = version
        self.workspace = workspace
        self.digest = digest
        self.sizeBytes = sizeBytes
        self.runtime = runtime
        self.architecture = architecture
        self.fileName = Self.safe(fileName)
    }

    /// The file as a raw, unwrapped layer.
    func layer(path: String) -> Descriptor {
        Descriptor(
            mediaType: .modelWeight, digest: digest, size: sizeBytes,
            annotations: [
                Annotation.title: path,
                Annotation.filePath: path,
                Annotation.mediaTypeUntested: "false",
                Annotation.role: LayerRole.model.rawValue,
                Annotation.modelName: name.rawValue,
                Annotation.modelVersion: version.description,
                Annotation.modelRuntime: runtime.rawValue,
                Annotation.modelArchitecture: architecture.rawValue,
            ])
    }

    /// Clients write layers to this name, so it must not leave their directory.
    private static func safe(_ name: String) -> String {
        let kept = name.utf8.prefix(128).map { byte in
            switch byte {
            case 97...122, 65...90, 48...57, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): byte
            default: UInt8(ascii: "_")
            }
        }
        let text = String(decoding: kept, as: UTF8.self)
        return text.isEmpty || text.hasPrefix(".") ? "model\(text)" : text
    }
}
