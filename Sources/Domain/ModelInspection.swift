/// What a model file says of itself. Its JSON is stored and shown as it is; what a format does not have is absent.
package struct ModelInspection: Sendable, Hashable, Codable {
    private enum CodingKeys: String, CodingKey {
        case irVersion = "ir_version"
        case opsets, producer, inputs, outputs, format, details, archive, pickle, python, requirements
    }

    /// What kind of file it is.
    package var format: Format?
    /// ONNX `ir_version`.
    package var irVersion: Int64?
    /// Operator set versions by domain; the default domain is `ai.onnx`.
    package var opsets: [String: Int64]
    /// The program that wrote it.
    package var producer: String?
    /// Graph inputs that have no initializer (MODEL-63), or those of a SavedModel's signature.
    package var inputs: [Tensor]
    package var outputs: [Tensor]
    /// Short facts of a format, such as `keras_version`.
    package var details: [String: String]?
    package var archive: Archive?
    package var pickle: Pickle?
    package var python: Python?
    /// The lines of a `requirements.txt` without comments.
    package var requirements: [String]?

    package init(
        format: Format? = nil, irVersion: Int64? = nil, opsets: [String: Int64] = [:], producer: String? = nil,
        inputs: [Tensor] = [], outputs: [Tensor] = []
    ) {
        self.format = format
        self.irVersion = irVersion
        self.opsets = opsets
        self.producer = producer
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The kinds of files that are known.
    package enum Format: String, Sendable, Codable, CaseIterable {
        case onnx, hdf5, pickle, torchscript, python
        case savedModel = "saved_model"
        case huggingFace = "hugging_face"
        case byop
    }

    /// A named input or output.
    package struct Tensor: Sendable, Hashable, Codable {
        package var name: String
        /// Element type in lower case (`float32`, `int64`, …), or the kind of value (`sequence`, `map`).
        package var type: String
        /// One entry a dimension: a number, or the name of a symbolic one (`?` when it has none).
        package var shape: [String]

        package init(name: String, type: String, shape: [String]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// What a zip archive holds.
    package struct Archive: Sendable, Hashable, Codable {
        /// Number of files; directories don't count.
        package var files: Int
        /// Unpacked, in bytes.
        package var bytes: Int64
        /// The first hundred files by path.
        package var paths: [String]

        package init(files: Int, bytes: Int64, paths: [String]) {
            self.files = files
            self.bytes = bytes
            self.paths = paths
        }
    }

    /// What a pickle would do, found without doing it.
    package struct Pickle: Sendable, Hashable, Codable {
        package var `protocol`: Int
        /// How many times each operation occurs, by the names of Python's `pickletools`.
        package var opcodes: [String: Int64]
        /// What it imports, as `module.name`, sorted.
        package var globals: [String]

        package init(protocol: Int, opcodes: [String: Int64], globals: [String]) {
            self.protocol = `protocol`
            self.opcodes = opcodes
            self.globals = globals
        }
    }

    /// What stands at the top level of Python files.
    package struct Python: Sendable, Hashable, Codable {
        package var functions: [String]
        package var classes: [String]
        /// Modules that are imported, sorted.
        package var imports: [String]

        package init(functions: [String] = [], classes: [String] = [], imports: [String] = []) {
            self.functions = functions
            self.classes = classes
            self.imports = imports
        }
    }
}
