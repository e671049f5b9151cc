package import Domain
import FoundationEssentials

/// One `NNNN_name.sql` of a migrations directory.
package struct MigrationFile: Sendable, Hashable {
    /// The number in front.
    package let version: Int32
    /// What stands between the number and `.sql`.
    package let name: String
    /// The statements.
    package let sql: String
    /// SHA-256 of the file's bytes.
    package let checksum: Digest

    /// `NNNN_name.sql`.
    package var fileName: String { Self.fileName(version, name) }

    /// Whether the first line says `-- no-transaction`. Such a file holds one statement that can't run in a
    /// transaction (`create index concurrently if not exists`), and must bear to be run again after a crash.
    package var isOutsideTransaction: Bool {
        sql.prefix { $0 != "\n" && $0 != "\r\n" } == "-- no-transaction"
    }

    static func fileName(_ version: Int32, _ name: String) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + "\(digits)_\(name).sql"
    }

    /// All migrations of a directory by version. `schema.sql`, the dump of their sum, is not one; neither are files
    /// with other endings.
    /// - Throws: `.unreadable`, `.badName`.
    package static func all(in directory: String) throws(MigrationError) -> [MigrationFile] {
        var files: [MigrationFile] = []
        for fileName in try fileNames(in: directory) where fileName.hasSuffix(".sql") && fileName != "schema.sql" {
            files.append(try MigrationFile(fileName, in: directory))
        }
        files.sort { $0.version < $1.version }
        for (file, next) in zip(files, files.dropFirst()) where file.version == next.version {
            throw MigrationError(.badName, file: next.fileName, "has the version of \(file.fileName)")
        }
        return files
    }

    private static func fileNames(in directory: String) throws(MigrationError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw MigrationError(.unreadable, "the directory \(directory) can't be read")
        }
    }

    private init(_ fileName: String, in directory: String) throws(MigrationError) {
        let stem = fileName.dropLast(4)
        let digits = stem.prefix(4)
        let name = stem.dropFirst(5)
        guard digits.count == 4, digits.utf8.allSatisfy({ (48...57).contains($0) }), let version = Int32(digits),
            stem.dropFirst(4).first == "_", !name.isEmpty,
            name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else { throw MigrationError(.badName, file: fileName, "is not named NNNN_name.sql") }
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(fileName)"),
            let sql = String(validating: data, as: UTF8.self), !sql.utf8.contains(0)
        else { throw MigrationError(.unreadable, file: fileName, "can't be read as UTF-8") }
        self.version = version
        self.name = String(name)
        self.sql = sql
        checksum = Digest(hashing: data)
    }
}
