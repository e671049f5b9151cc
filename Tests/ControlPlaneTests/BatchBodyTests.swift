import Archive
import Domain
import TestSupport
import Testing

@testable import ControlPlane

struct BatchBodyTests {
    /// Lines of many lengths, some of them blank, some far longer than a step.
    private func lines(seed: UInt64) -> [String] {
        let random = SeededRandom(seed: seed)
        return random.bytes(300).enumerated().map { number, kind in
            // Hex digits of random bytes don't pack to less than half.
            Hex.encode(random.bytes([0, 3, 80, 500, 20_000][Int(kind) % (number % 40 == 0 ? 5 : 4)]))
        }
    }

    private func read(_ text: String, isCompressed: Bool) async throws -> (text: String, bytes: Int, pieces: Int) {
        let plain = Array(text.utf8)
        var seen: [UInt8] = []
        var pieces = 0
        let bytes = try await BatchBody.read(
            isCompressed ? Gzip.compress(plain) : plain, isCompressed: isCompressed
        ) { bytes, lines in
            pieces += 1
            #expect(lines.isEmpty || lines.upperBound == bytes.count || bytes[lines.upperBound - 1] == 0x0A)
            seen += bytes[lines]
            return true
        }
        return (String(decoding: seen, as: UTF8.self), bytes, pieces)
    }

    @Test(arguments: [true, false], 1...4 as ClosedRange<UInt64>)
    func `all lines come, in order and in more than one piece`(isCompressed: Bool, seed: UInt64) async throws {
        let text = lines(seed: seed).joined(separator: "\n") + (seed % 2 == 0 ? "\n" : "")
        let result = try await read(text, isCompressed: isCompressed)
        #expect(result.text == text)
        #expect(result.bytes == text.utf8.count)
        #expect(result.pieces > 2)
    }

    @Test func `a line that is too long is refused before the rest is unpacked`() async throws {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: EdgeProtocol.maxBatchUnpackedBytes + (8 << 20))
        await #expect(throws: BatchBody.LineTooLong.self) {
            try await BatchBody.read(try Gzip.compress(line), isCompressed: true) { _, _ in true }
        }
    }

    @Test func `a bomb is refused`() async throws {
        let zeros = try Gzip.compress([UInt8](repeating: 0x0A, count: EdgeProtocol.maxBatchUnpackedBytes + 1))
        await #expect { try await BatchBody.read(zeros, isCompressed: true) { _, _ in true } } throws: {
            ($0 as? ArchiveError)?.code == .outputTooLarge
        }
    }

    @Test func `a stream that is cut off is refused`() async throws {
        let whole = try Gzip.compress(Array("{}\n{}\n".utf8))
        for end in 1..<whole.count {
            await #expect(throws: ArchiveError.self, "cut at \(end)") {
                try await BatchBody.read(Array(whole[..<end]), isCompressed: true) { _, _ in true }
            }
        }
    }
}
