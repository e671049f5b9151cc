import Archive
import TestSupport
import Testing

@Suite struct StoredGzipTests {
    /// The stream of `pieces`.
    private func stored(_ pieces: [[UInt8]]) -> [UInt8] {
        var gzip = StoredGzip()
        var output = pieces.flatMap { gzip.write($0) }
        output += gzip.finish()
        return output
    }

    private func bytes(_ count: Int) -> [UInt8] { SeededRandom(seed: 7).bytes(count) }

    @Test(arguments: [0, 1, 65_534, 65_535, 65_536, 131_070, 200_000], [1000, 65_535, 100_000, 300_000])
    func `pieces of any size give what the whole gives`(count: Int, piece: Int) throws {
        let bytes = bytes(count)
        let pieces = stride(from: 0, to: count, by: piece).map { Array(bytes[$0..<min($0 + piece, count)]) }
        let output = stored(pieces)
        #expect(output == Gzip.store(bytes))
        #expect(try Gzip.inflate(output, limit: count) == bytes)
    }

    @Test func `empty pieces change nothing`() {
        #expect(stored([[], [1, 2], [], [3], []]) == Gzip.store([1, 2, 3]))
    }
}

@Suite struct TarHeaderTests {
    @Test(arguments: [0, 1, 511, 512, 8_589_934_591] as [Int64])
    func `what is written is read`(size: Int64) throws {
        let long = "blobs/sha256/\(String(repeating: "a", count: 64))"
        let prefixed = "\(String(repeating: "d", count: 120))/\(String(repeating: "f", count: 90))"
        for path in ["index.json", long, prefixed] {
            let header = try #require(try TarHeader(try TarWriter.header(of: path, size: size)))
            #expect(header.path == path && header.size == size && header.isRegularFile)
            #expect((Int(size) + TarWriter.padding(after: size).count) % 512 == 0)
        }
    }

    @Test func `zeros end an archive`() throws {
        #expect(try TarHeader(Array(TarWriter.end[..<512])) == nil)
    }

    @Test func `other blocks are refused`() throws {
        let good = try TarWriter.header(of: "a", size: 5)
        var changed = good
        changed[0] = 98
        var noNumber = good
        noNumber.replaceSubrange(124..<136, with: Array("not a number".utf8))
        for block in [changed, noNumber, Array(good.dropLast()), [UInt8](repeating: 7, count: 512)] {
            #expect(throws: ArchiveError(.corrupt)) { try TarHeader(block) }
        }
    }

    @Test func `a size that could not be added up is refused`() throws {
        var block = try TarWriter.header(of: "a", size: 1 << 33)
        block[125] = 1
        let sum = block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
        block.replaceSubrange(148..<154, with: Array(String(sum + 1 << 18, radix: 8).utf8.suffix(6)))
        #expect(throws: ArchiveError(.corrupt)) { try TarHeader(block) }
    }
}
