import Domain
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

struct StoredRecordTests {
    private let version: PipelineVersionID = SeededRandom(seed: 7).id()

    private func stamped(_ text: String) -> String {
        String(
            decoding: StoredRecord.stamped(Array(text.utf8), partition: "edge-1", pipelineVersion: version),
            as: UTF8.self)
    }

    @Test(.proves("EDGE-23", "LOG-12")) func `partition and version are the server's, whatever the edge wrote`() {
        let text =
            #"{"time":1,"metadata":{"partition":"forged","elapsed":[1,2],"pipeline_version":"x","dropped":[]},"out":{}}"#
        #expect(
            stamped(text)
                == #"{"time":1,"metadata":{"elapsed":[1,2],"dropped":[],"partition":"edge-1","pipeline_version":"\#(version)"},"out":{}}"#
        )
    }

    @Test(arguments: [
        (#"{"time":1}"#, #"{"time":1,"#), ("{}", "{"), (#"{"metadata":{}}"#, "{"), (#"{"metadata":7,"a":1}"#, "{"),
    ])
    func `records without metadata get it`(text: String, start: String) throws {
        let result = stamped(text)
        #expect(result.hasPrefix(start))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.utf8)) as? [String: Any])
        let metadata = try #require(object["metadata"] as? [String: String])
        #expect(metadata == ["partition": "edge-1", "pipeline_version": version.description])
    }

    @Test func `numbers keep their every digit`() {
        #expect(stamped(#"{"x":0.10000000000000000001,"y":1E5}"#).contains(#""x":0.10000000000000000001,"y":1E5"#))
    }
}
