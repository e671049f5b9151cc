import Domain
import ModelFormats
import TestSupport
import Testing

/// Files that TensorFlow 2.21 and Keras 3.15 wrote (Fixtures/make_tensorflow.py).
struct RealFileTests {
    @Test(.proves("MODEL-23"), arguments: [1, 1000, .max])
    func `a SavedModel of TensorFlow itself tells its signature`(pieces: Int) throws {
        let bytes = try Inspection.fixture("tensorflow-2.21.zip")
        let model = try Inspection.run(.tensorflow, "m.zip", bytes, pieces: pieces)
        #expect(model.format == .savedModel)
        #expect(model.producer == "tensorflow 2.21.0")
        #expect(model.inputs == [.init(name: "features", type: "float32", shape: ["?", "4"])])
        #expect(model.outputs == [.init(name: "scores", type: "float32", shape: ["?", "2"])])
        #expect(model.details?["signatures"] == "serving_default")
        #expect(model.archive?.files == 4)
    }

    @Test(.proves("MODEL-25")) func `an HDF5 file of Keras 3 itself tells its layers and input`() throws {
        let model = try Inspection.run(.keras, "m.h5", try Inspection.fixture("keras-3.15.h5"))
        #expect(model.format == .hdf5)
        #expect(model.producer == "keras 3.15.1")
        #expect(model.inputs == [.init(name: "features", type: "float32", shape: ["?", "4"])])
        #expect(model.details == ["class_name": "Sequential", "layers": "2", "backend": "tensorflow"])
    }

    @Test func `the archive of Keras 3 is no SavedModel, and refused`() throws {
        let bytes = try Inspection.fixture("keras-3.15.keras")
        #expect(try Inspection.rule(.keras, "m.zip", bytes) == "saved_model")
        #expect(throws: Refusal.self) { try Inspection.run(.keras, "m.keras", bytes) }
    }
}
