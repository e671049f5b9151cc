import ArgumentParser
import ControlPlane
import Domain
import Foundation
import TestSupport
import Testing

@testable import drover

struct SettingsTests {
    @Test func `the document has the table that the program prints`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(contentsOf: root.appendingPathComponent("docs/settings.md"), encoding: .utf8)
        #expect(
            document.contains(SettingsCommand.table), "run `drover settings` and put its table into docs/settings.md")
    }

    @Test func `option, variable and key follow from one name`() throws {
        let port = try #require(Setting.all.first { $0.key == "http.port" })
        #expect((port.flag, port.variable) == ("--http-port", "DROVER_HTTP_PORT"))
        let url = try #require(Setting.all.first { $0.key == "database.url" })
        #expect((url.flag, url.variable) == ("--database-url", "DATABASE_URL"))
        #expect(Set(Setting.all.map(\.flag)).count == Setting.all.count)
    }

    @Test func `every password and key counts as a secret`() {
        let secret = Setting.all.filter(\.isSecret).map(\.key)
        #expect(
            secret == [
                "database.url", "database.owner.url", "oci.password", "oidc.external.client.secret", "secret.key",
                "admin.password",
            ])
    }

    @Test(arguments: [
        ("edge.example.com", "edge.example.com"), ("Edge.Example.com:8443", "edge.example.com"),
        ("10.0.0.7:443/drover", "10.0.0.7"), ("localhost:1/a/b", "localhost"),
    ])
    func `an edge host that a bundle can carry is taken`(text: String, host: String) throws {
        let read = try PublicHost(text, setting: "edge.public.host")
        #expect((read.text, read.host) == (text, host))
    }

    @Test(arguments: [
        "", "https://edge.example.com", "edge.example.com:0", "edge.example.com:65536", "edge.example.com:x", ":8443",
        "[2001:db8::1]:8443", "edge example", "edge$(id)", "a//b", "a:1:2",
    ])
    func `an edge host that a bundle can't carry is refused at start`(text: String) {
        #expect(throws: Refusal.self) { try PublicHost(text, setting: "edge.public.host") }
    }

    @Test(arguments: [("0", 0), ("30", 30), ("36500", 36_500), ("", 400)])
    func `the audit is kept for ever or for thirty days at least`(text: String, days: Int) async throws {
        let reader = try await SettingsReader(arguments: ["--audit-days", text], file: nil)
        #expect(try ServerSettings.auditDays(reader) == days)
    }

    @Test(arguments: ["1", "29", "36501", "-1", "ever"])
    func `a shorter time is refused at start`(text: String) async throws {
        let reader = try await SettingsReader(arguments: ["--audit-days=\(text)"], file: nil)
        #expect(throws: Refusal.self) { try ServerSettings.auditDays(reader) }
    }

    @Test func `an option that is no setting is refused`() async {
        await #expect(throws: (any Error).self) {
            _ = try await SettingsReader(arguments: ["--htp-port", "1"], file: nil)
        }
    }

    @Test(arguments: [
        (["--http-port", "1", "--edge-port", "2", "--http-port", "1"], "the option '--http-port' is given twice"),
        (["--http-port=1", "--http-port", "2"], "the option '--http-port' is given twice"),
        (["--oci-insecure", "--oci-insecure"], "the option '--oci-insecure' is given twice"),
        (["--data"], "the option '--data' needs a value"),
        (["--data", "--http-port", "1"], "the option '--data' needs a value"),
        (["--admin-password", "two", "words"], "a value without an option; quote values that have spaces"),
        (["--", "--data", "/x"], "unknown option '--'; `drover settings` lists them"),
    ])
    func `a command line that could be meant otherwise is refused by name`(arguments: [String], message: String) async {
        let error = await #expect(throws: ValidationError.self) {
            _ = try await SettingsReader(arguments: arguments, file: nil)
        }
        #expect(error?.message == message)
    }

    @Test func `a value may have commas, equals signs and a dash in front, and a flag may stand alone`() async throws {
        let reader = try await SettingsReader(
            arguments: [
                "--database-url", "host=a,b port=1,2", "--admin-password=-p=w,", "--oci-insecure", "--oci-username",
                "-u",
            ], file: nil)
        #expect(reader.text("database.url") == "host=a,b port=1,2")
        #expect(reader.text("admin.password") == "-p=w,")
        #expect(try reader.flag("oci.insecure"))
        #expect(reader.text("oci.username") == "-u")
    }

    @Test func `the command line is read`() async throws {
        let reader = try await SettingsReader(
            arguments: ["--http-port", "1234", "--trust-domain", "example.org"], file: nil)
        #expect(try reader.integer("http.port", 0...65535, default: 1) == 1234)
        #expect(reader.text("trust.domain") == "example.org")
        #expect(reader.text("edge.certificate") == nil)
    }

    @Test func `a file may hold numbers and booleans as such`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("drover-settings-test.json").path
        try Data(#"{"http":{"port":18181},"oci":{"insecure":true},"trust":{"domain":"example.org"}}"#.utf8)
            .write(to: URL(fileURLWithPath: file))
        let reader = try await SettingsReader(arguments: [], file: file)
        #expect(try reader.integer("http.port", 0...65535, default: 1) == 18181)
        #expect(try reader.flag("oci.insecure"))
        #expect(reader.text("trust.domain") == "example.org")
    }
}
