import Domain
import FoundationEssentials
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct EdgeBundleTests {
    /// Golden vector G1.
    static let first = """
        ZXhwb3J0IEJVTkRMRV9WRVJTSU9OPTEKZXhwb3J0IEVER0VfTkFNRT14Z2ItY2NmcmF1ZC1lZGdlLXRlc3QKZXhwb3J0IEpPSU5f\
        VE9LRU49MzE0OGFkYTUtMjg1YS00ZmNhLWIzYjgtYjUwYTQ4ZDc1MTFiCmV4cG9ydCBPUFNDRU5URVJfSE9TVD1kb2MtdGVzdC5l\
        ZGdlLndhbGxhcm9vY29tbXVuaXR5Lm5pbmphCmV4cG9ydCBQSVBFTElORV9VUkw9Z2hjci5pby93YWxsYXJvb2xhYnMvZG9jLXNh\
        bXBsZXMvcGlwZWxpbmVzL2VkZ2UtcGlwZWxpbmU6ZjM4OGMxMDktOGQ1Ny00ZWQyLTk4MDYtYWExM2Y4NTQ1NzZiCmV4cG9ydCBX\
        T1JLU1BBQ0VfSUQ9NQ==
        """
    /// Golden vector G2.
    static let second = """
        ZXhwb3J0IEJVTkRMRV9WRVJTSU9OPTEKZXhwb3J0IEVER0VfTkFNRT1lZGdlLWNjZnJhdWQtb2JzZXJ2YWJpbGl0eXlhaWcKZXhw\
        b3J0IEpPSU5fVE9LRU49MjZmYzFjYjgtMjUxMi00YmU3LTk0ZGUtNjQ2NGI1MGQ2MzhiCmV4cG9ydCBPUFNDRU5URVJfSE9TVD1k\
        b2MtdGVzdC5lZGdlLndhbGxhcm9vY29tbXVuaXR5Lm5pbmphCmV4cG9ydCBQSVBFTElORV9VUkw9Z2hjci5pby93YWxsYXJvb2xh\
        YnMvZG9jLXNhbXBsZXMvcGlwZWxpbmVzL2VkZ2Utb2JzZXJ2YWJpbGl0eS1waXBlbGluZTozYjQ5ZmJhOC05NGQ4LTRmY2EtYWVj\
        Yy1jNzUyNTdmZDE2YzYKZXhwb3J0IFdPUktTUEFDRV9JRD03
        """

    @Test(.proves("EDGE-09", "EDGE-10")) func `golden vector G1 is made byte for byte`() throws {
        let bundle = try EdgeBundle(
            edgeName: EdgeName("xgb-ccfraud-edge-test"), joinToken: Secret("3148ada5-285a-4fca-b3b8-b50a48d7511b"),
            opsCenterHost: "doc-test.edge.wallaroocommunity.ninja",
            pipelineURL:
                "ghcr.io/wallaroolabs/doc-samples/pipelines/edge-pipeline:f388c109-8d57-4ed2-9806-aa13f854576b",
            workspaceID: 5)
        #expect(bundle.base64 == Self.first)
        #expect(bundle.base64.count == 420)
    }

    @Test(.proves("EDGE-09", "EDGE-10")) func `golden vector G2 is made byte for byte`() throws {
        let bundle = try EdgeBundle(
            edgeName: EdgeName("edge-ccfraud-observabilityyaig"),
            joinToken: Secret("26fc1cb8-2512-4be7-94de-6464b50d638b"),
            opsCenterHost: "doc-test.edge.wallaroocommunity.ninja",
            pipelineURL: "ghcr.io/wallaroolabs/doc-samples/pipelines/edge-observability-pipeline"
                + ":3b49fba8-94d8-4fca-aecc-c75257fd16c6",
            workspaceID: 7)
        #expect(bundle.base64 == Self.second)
        #expect(bundle.base64.count == 448)
    }

    @Test(.proves("EDGE-09"), arguments: [first, second])
    func `reading a golden vector and writing it again changes nothing`(base64: String) throws {
        #expect(try EdgeBundle(base64: base64).base64 == base64)
    }

    @Test func `a bundle that was wrapped on its way is read all the same`() throws {
        let wrapped = Self.first.enumerated().map { $0.offset % 76 == 75 ? "\($0.element)\n" : "\($0.element)" }
            .joined()
        #expect(try EdgeBundle(base64: wrapped).workspaceID == 5)
    }

    @Test func `the CA's digest is a seventh line and survives the round trip`() throws {
        let plain = try EdgeBundle(base64: Self.first)
        let digest = String(repeating: "ab", count: 32)
        let pinned = try EdgeBundle(
            edgeName: plain.edgeName, joinToken: plain.joinToken, opsCenterHost: plain.opsCenterHost,
            pipelineURL: plain.pipelineURL, workspaceID: plain.workspaceID, opsCASHA256: digest)
        let text = try #require(Data(base64Encoded: pinned.base64)).split(separator: 10)
        #expect(text.count == 7)
        #expect(text.last.map { String(decoding: $0, as: UTF8.self) } == "export OPS_CA_SHA256=\(digest)")
        #expect(try EdgeBundle(base64: pinned.base64).opsCASHA256 == digest)
    }

    struct Field: CustomTestStringConvertible {
        var name: String
        var make: @Sendable (String) throws -> EdgeBundle
        var testDescription: String { name }
    }
    static func bundle(
        token: String = "t", host: String = "h", url: String = "r/p:v", ca: String? = nil
    ) throws -> EdgeBundle {
        try EdgeBundle(
            edgeName: EdgeName("e"), joinToken: Secret(token), opsCenterHost: host, pipelineURL: url, workspaceID: 1,
            opsCASHA256: ca)
    }
    static let fields = [
        Field(name: "join_token") { try bundle(token: $0) }, Field(name: "opscenter_host") { try bundle(host: $0) },
        Field(name: "pipeline_url") { try bundle(url: $0) }, Field(name: "ops_ca_sha256") { try bundle(ca: $0) },
    ]

    @Test(
        arguments: fields, ["a;reboot", "$(id)", "`id`", "a b", "a\nexport X=1", "a'b", "a\"b", "", "a\u{e9}", "a&b"])
    func `a value that a shell could interpret is refused`(field: Field, value: String) {
        #expect(throws: Refusal.invalid(field.name, "shell_safe", "one or more of A-Z a-z 0-9 . _ : / @ -")) {
            try field.make(value)
        }
    }

    @Test(arguments: [
        "not base64!", "////", "ZXhwb3J0IEE=", Data("export BUNDLE_VERSION=1".utf8).base64EncodedString(),
        Data("export BUNDLE_VERSION=2\nexport EDGE_NAME=e".utf8).base64EncodedString(),
        Data("BUNDLE_VERSION=1".utf8).base64EncodedString(), "",
    ])
    func `text that is no bundle is refused under the name of the variable`(base64: String) throws {
        let refusal = try #require(throws: Refusal.self) { try EdgeBundle(base64: base64) }
        guard case .invalid(let errors) = refusal else {
            Issue.record("not a refusal of a field: \(refusal)")
            return
        }
        #expect(errors.map(\.field) == ["EDGE_BUNDLE"])
    }

    @Test func `a bundle's description does not hold its token`() throws {
        let bundle = try EdgeBundle(base64: Self.first)
        #expect(!"\(bundle)".contains("3148ada5"))
        #expect(!String(reflecting: bundle).contains("3148ada5"))
    }
}
