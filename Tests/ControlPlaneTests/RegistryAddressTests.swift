import Auth
import Domain
import TestSupport
import Testing

@testable import ControlPlane
@testable import MLflow

/// Which of a name's addresses the server connects to.
@Suite(.timeLimit(.minutes(4)))
struct RegistryAddressTests {
    private func mlflow(_ addresses: [String], _ rules: AddressRules) throws -> MLflow {
        var mlflow = try MLflow(caFile: nil) { rules.permits($0) }
        mlflow.lookup = HostLookup(clock: ContinuousClock()) { _ in addresses }
        return mlflow
    }

    @Test(arguments: [["10.0.0.7"], ["fd12::1", "192.168.0.7"], ["100.64.0.1"]])
    func `a name on a private network is refused where those are closed`(addresses: [String]) async throws {
        let mlflow = try mlflow(addresses, AddressRules(listed: [], closesPrivate: true, own: { [] }))
        await #expect(throws: MLflowError.addressNotAllowed) {
            try await mlflow.talk(to: ModelRegistryURL(unchecked: "http://ml.example.com"), token: nil) { _ in }
        }
    }

    @Test func `an address that nobody listens on does not hide the next, and a forbidden one is passed over`()
        async throws
    {
        let listed = [try AddressRange("127.0.0.1", field: "f"), try AddressRange("127.0.0.2", field: "f")]
        try await SilentRegistry.with { server in
            let parts = try #require(ModelRegistryURL(unchecked: "http://\(server.host)").parts)
            let rules = AddressRules(listed: listed, own: { [] })
            for addresses in [["127.0.0.2", "127.0.0.1"], ["::1", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]] {
                let address = try await mlflow(addresses, rules).address(of: parts)
                #expect(address == "127.0.0.1")
            }
            await #expect(throws: MLflowError.addressNotAllowed) {
                _ = try await mlflow(["::1", "169.254.169.254"], rules).address(of: parts)
            }
        }
    }

    @Test func `a directory holds what is below it, and nothing beside it`() {
        let directory = ArtifactLocation.served(path: "1/run/artifacts/model")
        #expect(directory.contains(.served(path: "1/run/artifacts/model/a/m.onnx")))
        for path in ["1/run/artifacts/model", "1/run/artifacts/model2/m.onnx", "1/run/artifacts/train.py", "m.onnx"] {
            #expect(!directory.contains(.served(path: path)), "\(path)")
        }
        #expect(!directory.contains(.dbfs(path: "1/run/artifacts/model/m.onnx")))
    }
}
