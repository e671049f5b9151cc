import Domain
import Foundation
import ModelFormats
import TestSupport
import Testing

/// Truncated and altered files of every kind: they are refused or taken, and never crash, hang or eat memory.
struct DamageTests {
    @Test(arguments: ZipTests.files) func `a file that is cut anywhere is refused`(
        framework: ModelFramework, file: String
    )
        throws
    {
        // A script that is cut may still be a script.
        guard framework != .python else { return }
        let bytes = try Inspection.fixture(file)
        // HDF5 says where it ends, and is not read further than its header.
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 1500)) {
            #expect(try Inspection.rule(framework, file, Array(bytes[..<length])) != nil, "\(length)")
        }
    }

    @Test(arguments: ZipTests.files, [1, 2, 3, 4] as [UInt64])
    func `damage is refused or harmless`(of: (ModelFramework, String), seed: UInt64) throws {
        let original = try Inspection.fixture(of.1)
        let random = SeededRandom(seed: seed)
        func number(_ below: Int) -> Int { random.bytes(4).reduce(0) { $0 << 8 | Int($1) } % below }
        for _ in 0..<300 {
            var bytes = original
            for _ in 0...number(4) {
                let place = number(bytes.count)
                switch number(4) {
                case 0: bytes[place] = random.bytes(1)[0]
                case 1: bytes[place] = [0x00, 0x7F, 0x80, 0xFF][number(4)]
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(8)))
                default: bytes.insert(contentsOf: random.bytes(1 + number(8)), at: place)
                }
                guard !bytes.isEmpty else { break }
            }
            let inspection = try? Inspection.run(of.0, of.1, bytes, pieces: 1 + number(400))
            guard let inspection else { continue }
            // What is learned must be small enough to store.
            #expect(try JSONEncoder().encode(inspection).count < 64 << 10)
        }
    }

    @Test(arguments: ModelFramework.allCases.filter { $0 != .mlflow }, [5, 6] as [UInt64])
    func `noise is refused`(framework: ModelFramework, seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        let starts: [[UInt8]] = [
            [], [0x50, 0x4B, 3, 4], [0x80, 4, 0x95], [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10], [8, 8, 58],
        ]
        for start in starts {
            let bytes = start + random.bytes(20_000)
            #expect(try Inspection.rule(framework, "m\(framework.fileTypes[0])", bytes) != nil)
        }
    }
}
