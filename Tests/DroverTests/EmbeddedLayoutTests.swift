import Domain
import Foundation
import Glibc
import Testing

@testable import drover

/// A directory of the test's own.
private final class Scratch: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "/drover-layout-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: Int) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }
}

struct EmbeddedLayoutTests {
    @Test(arguments: [String(repeating: "x", count: 90), "/data/a,b", "/data/a\nb"])
    func `a path that a program could not be told is refused`(path: String) {
        #expect(throws: Refusal.self) { try EmbeddedLayout(directory: path) }
    }

    @Test func `quotes and backslashes arrive in each language as they were`() throws {
        let path = #"/it's "a\path" here"#
        #expect(Quoting.conninfo(path) == #"'/it\'s "a\\path" here'"#)
        #expect(Quoting.yaml(path) == #""/it's \"a\\path\" here""#)
        #expect(Quoting.postgresList(path) == #""/it's ""a\path"" here""#)
    }

    @Test(arguments: [0o777, 0o775, 0o702])
    func `a data directory that others may write to is refused`(mode: Int) throws {
        let scratch = try Scratch()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch.path)
        let error = #expect(throws: CommandFailure.self) {
            try Ownership.requirePrivateDirectory(scratch.path)
        }
        #expect(error?.description.contains("0\(String(mode, radix: 8))") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        try Ownership.requirePrivateDirectory(scratch.path)
    }

    @Test(arguments: [0o640, 0o604, 0o660])
    func `a key file that is open to others is refused and left as it is`(mode: Int) throws {
        let scratch = try Scratch()
        let file = try scratch.write("secret.key", "old\n", mode: mode)
        #expect(throws: CommandFailure.self) { try SecretKeyFile.ensure(file) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "old\n")
    }

    @Test func `a new key file is its owner's alone and is made once`() throws {
        let scratch = try Scratch()
        // A crash has left half of one, open to everybody.
        _ = try scratch.write("secret.key.new", "half", mode: 0o666)
        let file = "\(scratch.path)/secret.key"
        try SecretKeyFile.ensure(file)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.utf8.count == 65)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        try SecretKeyFile.ensure(file)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test func `a cluster is run by its own version, and a client alone is no server`() throws {
        let scratch = try Scratch()
        for program in ["15/bin/postgres", "15/bin/initdb", "9/bin/postgres", "9/bin/initdb", "17/bin/psql"] {
            _ = try scratch.write(program, "", mode: 0o755)
        }
        let (base, cluster) = (scratch.path, "\(scratch.path)/cluster")
        #expect(try PostgresPrograms.directory(cluster: cluster, base: base) == "\(base)/15/bin")
        _ = try scratch.write("cluster/PG_VERSION", "9\n", mode: 0o600)
        #expect(try PostgresPrograms.directory(cluster: cluster, base: base) == "\(base)/9/bin")
        _ = try scratch.write("cluster/PG_VERSION", "14\n", mode: 0o600)
        let error = #expect(throws: CommandFailure.self) {
            try PostgresPrograms.directory(cluster: cluster, base: base)
        }
        #expect(error?.description.contains("apt-get install postgresql-14") == true)
        #expect(throws: CommandFailure.self) {
            try PostgresPrograms.directory(cluster: "\(base)/none", base: "\(base)/none")
        }
    }
}
