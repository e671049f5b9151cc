import Testing

@testable import EdgeAgent

@Suite struct CRC32CTests {
    /// Vectors of RFC 3720, appendix B.4, and the check value of the CRC catalogue.
    static let vectors: [(bytes: [UInt8], crc: UInt32)] = [
        (Array("123456789".utf8), 0xE306_9283),
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ((0..<32).map { UInt8($0) }, 0x46DD_794E),
        ([], 0),
    ]

    private func checksum(_ start: UInt32, _ bytes: ArraySlice<UInt8>) -> UInt32 {
        CRC32C.update(start, with: bytes.span)
    }

    @Test(arguments: vectors) func `known checksums come out`(_ vector: (bytes: [UInt8], crc: UInt32)) {
        #expect(checksum(0, vector.bytes[...]) == vector.crc)
    }

    @Test func `a checksum can be continued at any byte`() {
        let bytes = (0..<40).map { UInt8($0 * 5) }
        let whole = checksum(0, bytes[...])
        for cut in 0...40 {
            #expect(checksum(checksum(0, bytes[..<cut]), bytes[cut...]) == whole)
        }
    }
}
