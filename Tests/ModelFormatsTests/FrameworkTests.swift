import Domain
import ModelFormats
import TestSupport
import Testing

/// What is learned of one real file for each framework, and which files are refused.
struct FrameworkTests {
    private func inspect(_ framework: ModelFramework, _ file: String) throws -> ModelInspection {
        try Inspection.run(framework, file, try Inspection.fixture(file))
    }

    @Test(.proves("MODEL-23")) func `a SavedModel tells its signature`() throws {
        let model = try inspect(.tensorflow, "saved_model.zip")
        #expect(model.format == .savedModel)
        #expect(model.producer == "tensorflow 2.9.3")
        #expect(model.inputs == [.init(name: "dense_input", type: "float32", shape: ["?", "29"])])
        #expect(model.outputs == [.init(name: "dense_1", type: "float32", shape: ["?", "1"])])
        #expect(model.details?["signatures"] == "serving_default")
        #expect(model.archive?.files == 3)
        #expect(try inspect(.keras, "saved_model.zip") == model)
    }

    @Test(.proves("MODEL-25"), arguments: ["sequential.h5", "sequential-v3.h5"])
    func `a Keras model in HDF5 tells its layers and input`(file: String) throws {
        let model = try inspect(.keras, file)
        #expect(model.format == .hdf5)
        #expect(model.producer == "keras 2.9.0")
        #expect(model.inputs == [.init(name: "dense_input", type: "float32", shape: ["?", "10"])])
        #expect(model.details == ["class_name": "Sequential", "layers": "2", "backend": "tensorflow"])
    }

    @Test func `an HDF5 file that has weights only is refused`() throws {
        #expect(try Inspection.rule(.keras, "w.h5", try Inspection.fixture("weights.h5")) == "keras_hdf5")
    }

    @Test func `an HDF5 file that has an attribute twice is refused`() throws {
        let json = Array(#"{"class_name":"Sequential","config":{"layers":[]}}"#.utf8)
        #expect(try Inspection.rule(.keras, "m.h5", HDF5Maker.file(model: json)) == nil)
        #expect(try Inspection.rule(.keras, "m.h5", HDF5Maker.file(model: json, times: 2)) == "keras_hdf5")
    }

    @Test(.proves("MODEL-26"), arguments: [2, 4, 5]) func `a pickle of scikit-learn tells what it imports`(version: Int)
        throws
    {
        let model = try inspect(.sklearn, "kmeans-\(version).pkl")
        #expect(model.pickle?.protocol == version)
        #expect(model.pickle?.globals.contains("sklearn.cluster._kmeans.KMeans") == true)
        #expect(model.pickle?.opcodes["STOP"] == 1)
        #expect(model.pickle?.opcodes["PROTO"] == 1)
        #expect((model.pickle?.opcodes["REDUCE"] ?? 0) > 0)
    }

    @Test(.proves("MODEL-28")) func `a pickle of XGBoost is taken and its own format refused`() throws {
        let model = try inspect(.xgboost, "xgb.pkl")
        #expect(model.pickle?.globals.contains("xgboost.sklearn.XGBClassifier") == true)
        #expect(try Inspection.rule(.xgboost, "xgb.pkl", try Inspection.fixture("xgb.ubj")) == "pickle")
    }

    @Test func `a pickle of another library is refused`() throws {
        #expect(try Inspection.rule(.xgboost, "x.pkl", try Inspection.fixture("kmeans-4.pkl")) == "pickle")
    }

    @Test(.proves("MODEL-27")) func `TorchScript tells its class and its method`() throws {
        let model = try inspect(.pytorch, "net.pt")
        #expect(model.details?["class"] == "__torch__.Net")
        #expect(model.details?["forward"] == "(self: __torch__.Net, input: Tensor) -> Tensor")
        #expect(model.details?["tensors"] == "1")
        #expect(model.pickle?.globals.contains("torch._utils._rebuild_tensor_v2") == true)
        #expect(try Inspection.rule(.pytorch, "s.pt", try Inspection.fixture("state_dict.pt")) == "torchscript")
    }

    @Test(.proves("MODEL-24")) func `a Python step needs its function`() throws {
        let model = try inspect(.python, "step.py")
        #expect(model.python?.functions == ["helper", "wallaroo_json"])
        #expect(model.python?.imports == ["json", "os.path", "pandas"])
    }

    @Test(arguments: [
        "def other(data): pass", "def wallaroo_json(): pass", "'''\ndef wallaroo_json(data): pass\n'''",
        "if True:\n    def wallaroo_json(data): pass", "async def wallaroo_json(data): pass",
        "def wallaroo_json(data):\n    return (", "def wallaroo_json(data):\n    return 'x",
        "def wallaroo_json(data:\n",
        "def wallaroo_json(data): return ]", "# def wallaroo_json(data): pass", "def wallaroo_json(*, data): pass",
    ])
    func `a script without that function, or that is no Python, is refused`(text: String) throws {
        #expect(try Inspection.rule(.python, "s.py", Array(text.utf8)) == "python_step")
    }

    @Test(arguments: [
        "def wallaroo_json(data): pass", "def\twallaroo_json(data): pass", "def wallaroo_json( data, *more ):\n  pass",
        "x = '''\n(((\n'''\ndef wallaroo_json(d): pass", "x = \"\\\"(\"\r\ndef wallaroo_json(d): pass\r\n",
        "x = 1 + \\\n  2\ndef wallaroo_json(d=f\"{d!r}\"): pass", "\u{FEFF}def wallaroo_json(d): pass",
    ])
    func `scripts in every spelling are read`(text: String) throws {
        #expect(try Inspection.rule(.python, "s.py", Array(text.utf8)) == nil)
    }

    @Test(.proves("MODEL-30", "MODEL-38")) func `an archive of one's own tells its builder and requirements`() throws {
        let model = try inspect(.custom, "byop.zip")
        #expect(model.requirements == ["scikit-learn==1.3.0", "numpy>=1.24,<2 ; python_version >= '3.8'", "torch"])
        #expect(model.details == ["builder": "ModelBuilder", "inference": "Model"])
    }

    @Test(
        .proves("MODEL-38"),
        arguments: [
            ["model.py": "class A(Inference): pass\nclass B(InferenceBuilder): pass"],
            ["requirements.txt": "numpy", "readme.md": "x"],
            ["requirements.txt": "numpy", "model.py": "x = 1"],
            ["requirements.txt": "numpy", "model.py": "class A(Inference): pass"],
            ["requirements.txt": "numpy", "model.py": "class B(InferenceBuilder): pass"],
            [
                "requirements.txt": "",
                "m.py": "class A(Inference): 0\nclass B(InferenceBuilder): 0\nclass C(b.InferenceBuilder): 0",
            ],
            ["requirements.txt": "numpy", "m.py": "class A(Inference): pass\nclass B(InferenceBuilder: pass"],
        ])
    func `an archive of one's own that lacks something is refused`(files: [String: String]) throws {
        let archive = ZipMaker.archive(
            files.sorted { $0.key < $1.key }.map { .init(name: $0.key, content: Array($0.value.utf8)) })
        #expect(try Inspection.rule(.custom, "b.zip", archive) == "byop")
    }

    @Test(arguments: [
        "x @ https://example.com/x.whl", "x[a,b]>=1", "x[a] @ git+https://example.com/x",
        "--index-url=https://example.com",
        "-i https://example.com/simple", "--pre", "--no-binary :all:", "x==1 --hash=sha256:00",
    ])
    func `requirements of every spelling are read`(line: String) throws {
        let script = "class A(Inference): pass\nclass B(InferenceBuilder): pass"
        let archive = ZipMaker.archive([
            .init(name: "m.py", content: Array(script.utf8)),
            .init(name: "requirements.txt", content: Array("\(line)\n".utf8)),
        ])
        #expect(try Inspection.run(.custom, "b.zip", archive).requirements == [line])
    }

    @Test(arguments: [
        "-r other.txt", "-e .", "../package", "numpy; x\n==", "file:///etc/passwd", "num\u{7}py", "--editable x",
        "==1.0", "x @ file:///etc/passwd", "x[a] @ file:///etc/passwd", "--find-links /etc", "-f ..",
        "--index-url=file:///x",
        "--prefix",
    ])
    func `requirements that lead elsewhere or nowhere are refused`(line: String) throws {
        let script = "class A(Inference): pass\nclass B(InferenceBuilder): pass"
        let archive = ZipMaker.archive([
            .init(name: "m.py", content: Array(script.utf8)),
            .init(name: "requirements.txt", content: Array("numpy\n\(line)\n".utf8)),
        ])
        #expect(try Inspection.rule(.custom, "b.zip", archive) == "requirements")
    }

    @Test(.proves("MODEL-29")) func `a Hugging Face pipeline needs a configuration and weights`() throws {
        let model = try inspect(.textClassification, "hugging_face.zip")
        #expect(model.details?["model_type"] == "distilbert")
        #expect(try inspect(.textToImage, "diffusers.zip").details?["class"] == "StableDiffusionPipeline")
        #expect(
            try Inspection.rule(.textToImage, "h.zip", try Inspection.fixture("hugging_face.zip")) == "hugging_face")
        let empty = ZipMaker.archive([.init(name: "config.json", content: Array(#"{"model_type": "x"}"#.utf8))])
        #expect(try Inspection.rule(.translation, "h.zip", empty) == "hugging_face")
    }

    @Test(arguments: ModelFramework.allCases.filter { $0 != .mlflow })
    func `no bytes, and text, are refused for every framework`(
        framework: ModelFramework
    ) throws {
        let name = "m\(framework.fileTypes[0])"
        #expect(try Inspection.rule(framework, name, []) == "not_empty")
        #expect(try Inspection.rule(framework, name, Array("this is not a model of any kind".utf8)) != nil)
        #expect(try Inspection.rule(framework, name, [UInt8](repeating: 0, count: 1000)) != nil)
    }

    @Test(.proves("MODEL-14", "MODEL-16")) func `runtimes follow from frameworks`() {
        #expect(ModelFramework.onnx.runtimes == [.onnx])
        #expect(ModelFramework.python.runtimes == [.python])
        #expect(ModelFramework.tensorflow.runtimes == [.tensorflow])
        #expect(ModelFramework.custom.runtimes == [.flight])
        for framework in ModelFramework.allCases where framework.isHuggingFace {
            #expect(framework.runtimes == [.flight] && !framework.isNative && framework.needsSchemas)
        }
        for framework in [ModelFramework.keras, .sklearn, .pytorch, .xgboost] {
            #expect(framework.runtimes == [.onnx, .flight] && !framework.isNative && framework.needsSchemas)
        }
    }

    @Test(.proves("MODEL-12")) func `every framework of the list is known`() {
        let names = Set(ModelFramework.allCases.map(\.rawValue))
        #expect(names.count == 25)
        for name in ["custom", "hugging-face-automatic-speech-recognition", "hugging-face-sentiment-analysis"] {
            #expect(names.contains(name))
        }
        // A registered image (IMG-01), never a file.
        #expect(ModelFramework.mlflow.fileTypes.isEmpty && ModelFramework.mlflow.runtimes == [.mlflow])
    }
}
