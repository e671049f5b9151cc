import Domain
import Foundation
import ModelFormats

/// Runs inspectors over whole files.
enum Inspection {
    static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// - Parameter pieces: how many bytes are given at a time.
    static func run(
        _ framework: ModelFramework, _ name: String, _ bytes: [UInt8], pieces: Int = .max, limit: Int64 = 1 << 40
    ) throws -> ModelInspection {
        var inspector = try FormatInspectors.make(framework, fileName: name, unpackedLimit: limit)
        var offset = 0
        while offset < bytes.count {
            let end = pieces == .max ? bytes.count : min(bytes.count, offset + pieces)
            let piece = Array(bytes[offset..<end])
            try inspector.consume(piece.span)
            offset = end
        }
        return try inspector.finish()
    }

    /// The rule that refuses the file; `nil` when it is taken.
    static func rule(_ framework: ModelFramework, _ name: String, _ bytes: [UInt8], limit: Int64 = 1 << 40) throws
        -> String?
    {
        do {
            _ = try run(framework, name, bytes, limit: limit)
            return nil
        } catch let refusal as Refusal {
            guard case .invalid(let errors) = refusal else { throw refusal }
            return errors.first?.rule
        }
    }
}

/// Writes zip archives, honest ones and others.
struct ZipMaker {
    struct File {
        var name: String
        var content: [UInt8] = []
        /// In the central directory, when that says something else.
        var directoryName: String?
        var mode: UInt16 = 0o100644
        var flags: UInt16 = 0
        var method: UInt16 = 0
        var extra: [UInt8] = []
        /// What the headers say, instead of the truth.
        var size: UInt32?
    }

    private(set) var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    static func archive(_ files: [File], comment: [UInt8] = []) -> [UInt8] {
        var maker = ZipMaker()
        for file in files { maker.add(file) }
        return maker.finished(comment: comment)
    }

    mutating func add(_ file: File, checksum: UInt32? = nil) {
        let crc = checksum ?? Self.crc32(file.content)
        let size = file.size ?? UInt32(file.content.count)
        let offset = UInt32(bytes.count)
        let common: [UInt8] =
            Self.le(file.flags) + Self.le(file.method) + [0, 0, 0, 0] + Self.le(crc)
            + Self.le(UInt32(file.content.count)) + Self.le(size)
        bytes += Self.le(0x0403_4B50 as UInt32) + [20, 0] + common
        bytes += Self.le(UInt16(file.name.utf8.count)) + Self.le(UInt16(file.extra.count)) + Array(file.name.utf8)
        bytes += file.extra + file.content
        let name = Array((file.directoryName ?? file.name).utf8)
        directory += Self.le(0x0201_4B50 as UInt32) + [20, 3, 20, 0] + common
        directory += Self.le(UInt16(name.count)) + [UInt8](repeating: 0, count: 8)
        directory += Self.le(UInt32(file.mode) << 16) + Self.le(offset) + name
        count += 1
    }

    mutating func finished(comment: [UInt8] = []) -> [UInt8] {
        let start = UInt32(bytes.count)
        bytes += directory
        bytes += Self.le(0x0605_4B50 as UInt32) + [0, 0, 0, 0] + Self.le(count) + Self.le(count)
        bytes += Self.le(UInt32(directory.count)) + Self.le(start) + Self.le(UInt16(comment.count)) + comment
        return bytes
    }

    static func le<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}
