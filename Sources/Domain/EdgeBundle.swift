import FoundationEssentials

/// What an edge needs for its first contact, carried as base64 of shell lines (EDGE-09, EDGE-10; golden vectors G1, G2).
///
/// The text is sourced by a shell on the node, so every value is held to characters that no shell interprets.
package struct EdgeBundle: Hashable, Sendable {
    package let edgeName: EdgeName
    /// One use, 24 hours (EDGE-12, EDGE-13).
    package let joinToken: Secret<String>
    /// `host[:port][/path]` of the edge port, without a scheme.
    package let opsCenterHost: String
    /// `registry/repository/pipelines/name:version` (PUB-08).
    package let pipelineURL: String
    package let workspaceID: Int64
    /// SHA-256 of the built-in CA's DER certificate, only when the edge port's certificate comes from that CA.
    package let opsCASHA256: String?

    /// - Throws: `Refusal.invalid` when a value holds a character that a shell could interpret.
    package init(
        edgeName: EdgeName, joinToken: Secret<String>, opsCenterHost: String, pipelineURL: String, workspaceID: Int64,
        opsCASHA256: String? = nil
    ) throws(Refusal) {
        for (field, value) in [
            ("join_token", joinToken.reveal()), ("opscenter_host", opsCenterHost), ("pipeline_url", pipelineURL),
            ("ops_ca_sha256", opsCASHA256 ?? "-"),
        ] where !Self.isShellSafe(value) {
            throw .invalid(field, "shell_safe", "one or more of A-Z a-z 0-9 . _ : / @ -")
        }
        self.edgeName = edgeName
        self.joinToken = joinToken
        self.opsCenterHost = opsCenterHost
        self.pipelineURL = pipelineURL
        self.workspaceID = workspaceID
        self.opsCASHA256 = opsCASHA256
    }

    /// Standard base64 with padding of the lines, in the fixed order, LF between, none at the end.
    package var base64: String {
        var lines = [
            "export BUNDLE_VERSION=1", "export EDGE_NAME=\(edgeName)", "export JOIN_TOKEN=\(joinToken.reveal())",
            "export OPSCENTER_HOST=\(opsCenterHost)", "export PIPELINE_URL=\(pipelineURL)",
            "export WORKSPACE_ID=\(workspaceID)",
        ]
        if let opsCASHA256 { lines.append("export OPS_CA_SHA256=\(opsCASHA256)") }
        return Data(lines.joined(separator: "\n").utf8).base64EncodedString()
    }

    /// Reads a bundle as an edge gets it.
    /// - Throws: `Refusal.invalid` for field `EDGE_BUNDLE` or the line that is wrong.
    package init(base64: String) throws(Refusal) {
        let bad = { (why: String) in Refusal.invalid("EDGE_BUNDLE", "edge_bundle", why) }
        let packed = base64.filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: packed), let text = String(validating: data, as: UTF8.self) else {
            throw bad("not base64 of UTF-8 text")
        }
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard line.hasPrefix("export "), let equals = line.firstIndex(of: "=") else {
                throw bad("a line is not of the form export KEY=VALUE")
            }
            values[String(line[line.index(line.startIndex, offsetBy: 7)..<equals])] =
                String(line[line.index(after: equals)...])
        }
        guard values["BUNDLE_VERSION"] == "1" else { throw bad("BUNDLE_VERSION is not 1") }
        guard let name = values["EDGE_NAME"], let token = values["JOIN_TOKEN"], let host = values["OPSCENTER_HOST"],
            let url = values["PIPELINE_URL"], let workspace = values["WORKSPACE_ID"].flatMap(Int64.init)
        else { throw bad("EDGE_NAME, JOIN_TOKEN, OPSCENTER_HOST, PIPELINE_URL or WORKSPACE_ID is missing") }
        try self.init(
            edgeName: EdgeName(name, field: "EDGE_NAME"), joinToken: Secret(token), opsCenterHost: host,
            pipelineURL: url, workspaceID: workspace, opsCASHA256: values["OPS_CA_SHA256"])
    }

    private static func isShellSafe(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy {
                switch $0 {
                case 48...57, 65...90, 97...122: true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "@"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    package static func == (a: EdgeBundle, b: EdgeBundle) -> Bool { a.base64 == b.base64 }
    package func hash(into hasher: inout Hasher) { hasher.combine(base64) }
}
