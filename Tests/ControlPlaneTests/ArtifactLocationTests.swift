import Domain
import MLflow
import TestSupport
import Testing

/// Where artifacts may lie: below the registry's own address, and nowhere else.
struct ArtifactLocationTests {
    private let registry = ModelRegistryURL(unchecked: "https://ml.example.com:5000/team")
    private let served = "https://ml.example.com:5000/team/api/2.0/mlflow-artifacts/artifacts/"
    private let dbfs = "https://ml.example.com:5000/team/api/2.0/dbfs/read?path="

    @Test(.proves("REG-12", "REG-15"))
    func `full paths are read as they are written`() throws {
        for path in ["1/abc/artifacts/model/model.onnx", "a b/ü/100%/x+y&z=1?#.onnx"] {
            let location = ArtifactLocation.served(path: path)
            #expect(ArtifactLocation(fullPath: location.fullPath(at: registry), of: registry) == location)
        }
        let example = dbfs + "/databricks/mlflow-registry/9f38797c1dbf4e7eb229c4011f0f1f18/models/testmodel2/model.pkl"
        let location = try #require(ArtifactLocation(fullPath: example, of: registry))
        #expect(location.fullPath(at: registry) == example && location.name == "model.pkl")
    }

    @Test(arguments: [
        ("mlflow-artifacts:/1/model", ArtifactLocation.served(path: "1/model")),
        ("mlflow-artifacts:///1/model", .served(path: "1/model")),
        ("mlflow-artifacts://ml.example.com:5000/1/model", .served(path: "1/model")),
        ("mlflow-artifacts://ml.example.com/1/model", .served(path: "1/model")),
        ("dbfs:/databricks/mlflow-registry/h/models/m", .dbfs(path: "/databricks/mlflow-registry/h/models/m")),
    ])
    func `what registries say of a version is understood`(uri: String, location: ArtifactLocation) throws {
        #expect(try ArtifactLocation(artifactURI: uri, of: registry) == location)
    }

    @Test(arguments: [
        ("s3://bucket/model", "s3"), ("file:///srv/mlruns", "file"), ("/srv/mlruns/1", "a directory of its own"),
        ("mlflow-artifacts://other.example.com/1", "mlflow-artifacts"), ("models:/m/1", "models"),
        ("", "a directory of its own"),
        ("dbfs:/private", "dbfs"), ("dbfs://profile@databricks/databricks/mlflow-registry/h", "dbfs"),
        ("https://other.example.com/api/2.0/mlflow-artifacts/artifacts/1", "https"),
    ])
    func `stores that the registry does not serve are named`(uri: String, scheme: String) {
        #expect(throws: MLflowError.notServed(scheme: scheme)) { try ArtifactLocation(artifactURI: uri, of: registry) }
    }

    @Test(.proves("REG-13"))
    func `paths that lead elsewhere are none`() {
        let tail = "/api/2.0/mlflow-artifacts/artifacts/1/m.onnx"
        let bad = [
            "https://ml.example.com:5000" + tail, "http://ml.example.com:5000/team" + tail,
            "https://ml.example.com:5001/team" + tail,
            "https://ml.example.com:5000/teams" + tail, served, served + "/m", served + "a//m", served + "../m",
            served + "a/%2E%2e/m",
            served + "a/..%2Fm", served + "m?x=1", served + "m#x", served + "m%00", served + "m%0A", served + "m%",
            served + "m%5cx",
            dbfs, dbfs + "/private/m", dbfs + "/databricks/mlflow-registry/",
            dbfs + "/databricks/mlflow-registry/../../private/m",
            dbfs + "/databricks/mlflow-registry/%2e%2e/m", dbfs + "/databricks/mlflow-registry/m&path=/private",
            "m.onnx",
        ]
        for path in bad { #expect(ArtifactLocation(fullPath: path, of: registry) == nil, "\(path)") }
    }
}
