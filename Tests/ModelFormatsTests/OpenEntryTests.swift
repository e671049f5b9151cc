import Domain
import ModelFormats
import TestSupport
import Testing

/// Zip entries whose size stands only behind their data, as PyTorch writes them, and data that looks like such an end.
struct OpenEntryTests {
    private static let signature: [UInt8] = [0x50, 0x4B, 0x07, 0x08]
    private static let checksums: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~0 as UInt32
        for byte in bytes { crc = crc >> 8 ^ checksums[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
        return ~crc
    }

    /// A package of one's own (BYOP) with a further file, all of them stored with unknown sizes.
    private static func archive(_ filler: [UInt8]) -> [UInt8] {
        let script = Array("class A(Inference): pass\nclass B(InferenceBuilder): pass".utf8)
        let files = [("m.py", script), ("requirements.txt", Array("numpy".utf8)), ("weights.bin", filler)]
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, content) in files {
            let start = ZipMaker.le(UInt32(bytes.count))
            let size = ZipMaker.le(UInt32(content.count))
            let flags: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0]
            let nameSize = ZipMaker.le(UInt16(name.utf8.count))
            let end: [UInt8] = ZipMaker.le(checksum(content)) + size + size
            bytes += ZipMaker.le(0x0403_4B50 as UInt32)
            bytes += [20, 0]
            bytes += flags
            bytes += [UInt8](repeating: 0, count: 12)
            bytes += nameSize
            bytes += [0, 0]
            bytes += Array(name.utf8)
            bytes += content
            bytes += signature
            bytes += end
            directory += ZipMaker.le(0x0201_4B50 as UInt32)
            directory += [20, 3, 20, 0]
            directory += flags
            directory += end
            directory += nameSize
            directory += [UInt8](repeating: 0, count: 8)
            directory += ZipMaker.le(UInt32(0o100644) << 16)
            directory += start
            directory += Array(name.utf8)
        }
        let count = ZipMaker.le(UInt16(files.count))
        var end: [UInt8] = ZipMaker.le(0x0605_4B50 as UInt32)
        end += [0, 0, 0, 0]
        end += count
        end += count
        end += ZipMaker.le(UInt32(directory.count))
        end += ZipMaker.le(UInt32(bytes.count))
        return bytes + directory + end + [0, 0]
    }

    /// Ends with the right size every 16 bytes, whose checksum is wrong.
    private static func nearlyEnds(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<count {
            let size = ZipMaker.le(UInt32(index * 16))
            bytes += signature
            bytes += [1, 2, 3, 4]
            bytes += size
            bytes += size
        }
        return bytes
    }

    private static func times(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
        var all: [UInt8] = []
        for _ in 0..<count { all += bytes }
        return all
    }

    static let fillers: [[UInt8]] = [
        [], [0x50], signature, times(300, signature), nearlyEnds(100), times(500, [0x50]),
        times(1, [0x50, 0x4B, 0x07, 0x50, 0x4B]), times(200, [0x50, 0x4B]),
    ]

    @Test(arguments: fillers, [1, 2, 3, 5, 7, 16, 23, 64, .max])
    func `data that looks like a descriptor is data`(filler: [UInt8], pieces: Int) throws {
        let model = try Inspection.run(.custom, "b.zip", Self.archive(filler), pieces: pieces)
        #expect(model.archive?.files == 3)
        #expect(model == (try Inspection.run(.custom, "b.zip", Self.archive(filler))))
    }

    @Test func `a checksum that is not that of the data does not end it`() throws {
        var bytes = Self.archive([1, 2, 3])
        let place = try #require((0..<bytes.count - 4).last { Array(bytes[$0..<$0 + 4]) == Self.signature })
        bytes[place + 4] ^= 1
        #expect(try Inspection.rule(.custom, "b.zip", bytes) == "zip")
    }

    @Test(arguments: [16 << 10, .max]) func `data full of signatures costs no more than other data`(pieces: Int) throws
    {
        for filler in [Self.times(128 << 10, Self.signature), Self.nearlyEnds(32 << 10)] {
            let archive = Self.archive(filler)
            let start = ContinuousClock.now
            #expect(try Inspection.run(.custom, "b.zip", archive, pieces: pieces).archive?.files == 3)
            let time = ContinuousClock.now - start
            // It was ten seconds for each of 512 KiB.
            #expect(time < .seconds(5))
        }
    }
}
