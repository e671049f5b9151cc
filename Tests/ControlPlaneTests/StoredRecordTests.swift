import Archive
import Domain
import Foundation
import Persistence
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

    private func batch(_ lines: [String], skipping: Int64 = 0) throws -> LogBatch {
        LogBatch(
            id: 1, pipelineVersionID: version, partition: "edge-1", recordCount: Int64(lines.count) - skipping,
            skipRecords: skipping, body: try Gzip.compress(Array(lines.joined(separator: "\n \n").utf8)))
    }

    private func newest(_ batch: LogBatch, skip: Int, count: Int, bytes: Int = 1 << 20) async throws -> [String] {
        try await StoredRecord.newestFirst(batch, skip: skip, count: count, bytes: bytes).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test func `a part of a batch is read, newest first`() async throws {
        let batch = try batch((1...9).map { "{\"n\":\($0)}" }, skipping: 2)
        #expect(try await newest(batch, skip: 0, count: 2) == [#"{"n":9}"#, #"{"n":8}"#])
        #expect(try await newest(batch, skip: 5, count: 9) == [#"{"n":4}"#, #"{"n":3}"#])
        #expect(try await newest(batch, skip: 7, count: 9) == [])
        #expect(try await newest(batch, skip: 0, count: 7).count == 7)
    }

    @Test func `no more than fits is kept, but always one`() async throws {
        let batch = try batch((1...9).map { "{\"n\":\($0)}" })
        #expect(try await newest(batch, skip: 1, count: 9, bytes: 15) == [#"{"n":8}"#, #"{"n":7}"#])
        #expect(try await newest(batch, skip: 0, count: 9, bytes: 1) == [#"{"n":9}"#])
    }
}
