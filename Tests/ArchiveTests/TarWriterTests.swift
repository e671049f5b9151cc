import Archive
import Domain
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct TarWriterTests {
    @Test func `GNU tar lists names, modes, sizes and no owner`() throws {
        var tar = TarWriter()
        try tar.add("b/first.txt", Array("hello\n".utf8))
        try tar.add("a/run", mode: 0o755, sampleBytes(513))
        try tar.add("empty", mode: 0o444, [])
        let listing = try run("/usr/bin/tar", ["--utc", "--numeric-owner", "-tvf", "-"], input: tar.finish())
        let lines = String(decoding: listing, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "-rw-r--r-- 0/0 6 1970-01-01 00:00 b/first.txt",
                "-rwxr-xr-x 0/0 513 1970-01-01 00:00 a/run",
                "-r--r--r-- 0/0 0 1970-01-01 00:00 empty",
            ])
        #expect(try run("/usr/bin/tar", ["-xOf", "-", "a/run"], input: tar.finish()) == sampleBytes(513))
    }

    @Test func `the same calls give the same bytes for ever`() throws {
        var tar = TarWriter()
        try tar.add("chart/Chart.yaml", Array("apiVersion: v2\n".utf8))
        let bytes = tar.finish()
        #expect(bytes.count == 512 + 512 + 1024)
        // What Python's tarfile writes, cut to the same two closing blocks.
        #expect(Digest(hashing: bytes).hex == "14c77880b1535159d7c718435a8c0d02a2bff7324afdbc4fa259bb5758279d64")
    }

    @Test(arguments: [100, 101, 200, 255])
    func `long paths use the prefix field`(length: Int) throws {
        let directory = String(repeating: "d", count: max(1, length - 101))
        let path = directory + "/" + String(repeating: "f", count: length - directory.utf8.count - 1)
        var tar = TarWriter()
        try tar.add(path, Array("x".utf8))
        let names = try run("/usr/bin/tar", ["-tf", "-"], input: tar.finish())
        #expect(String(decoding: names, as: UTF8.self) == path + "\n")
    }

    static let refused = [
        "", "/etc/passwd", "../up", "a/../b", "a//b", "./a", "a/", "line\nbreak", "caf\u{E9}",
        String(repeating: "n", count: 101), String(repeating: "p", count: 156) + "/n",
    ]

    @Test(arguments: [-1, Int64.min]) func `a size below zero is refused`(size: Int64) {
        #expect(throws: ArchiveError(.sizeInvalid)) { try TarWriter.header(of: "a", size: size) }
    }

    /// USTAR has eleven octal digits for a size: 8 GiB less one byte.
    @Test(arguments: [(1 << 33) - 1, 1 << 33, 9 << 30, 1 << 40] as [Int64])
    func `GNU tar and Python read the size of a file of any size, and what follows it`(size: Int64) throws {
        let path = FileManager.default.temporaryDirectory.path + "/large-\(UUID().uuidString).tar"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: Data(try TarWriter.header(of: "models/large.onnx", mode: 0o444, size: size)))
        // The contents are a hole in the file.
        try file.seek(toOffset: UInt64(512 + size + (-size & 511)))
        try file.write(contentsOf: Data(try TarWriter.header(of: "next", size: 0) + TarWriter.end))
        try file.close()
        let listing = try run("/usr/bin/tar", ["--numeric-owner", "-tvf", path], input: [])
        let lines = String(decoding: listing, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.map { "\($0[2]) \($0[5])" } == ["\(size) models/large.onnx", "0 next"])
        let program = "import sys, tarfile; print([(m.name, m.size) for m in tarfile.open(sys.argv[1])])"
        let seen = String(decoding: try run("/usr/bin/python3", ["-c", program, path], input: []), as: UTF8.self)
        #expect(seen == "[('models/large.onnx', \(size)), ('next', 0)]\n")
        #expect(try TarHeader(try TarWriter.header(of: "a", size: size))?.size == size)
    }

    @Test(arguments: refused) func `paths that USTAR or a reader could misread are refused`(path: String) {
        var tar = TarWriter()
        #expect(throws: ArchiveError(.nameInvalid)) { try tar.add(path, []) }
    }
}
