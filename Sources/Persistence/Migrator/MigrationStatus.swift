package import Domain
package import FoundationEssentials

/// A migration that a database has.
package struct AppliedMigration: Sendable, Hashable {
    package let version: Int32
    package let name: String
    package let checksum: Digest
    package let appliedAt: Date

    var fileName: String { MigrationFile.fileName(version, name) }
}

/// How one migration stands between the directory and the database.
package struct MigrationStatus: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case applied(Date)
        case pending
        /// Applied, but the file has changed since.
        case edited
        /// Applied, but there is no file.
        case missing
        /// Not applied, although a later one is.
        case outOfOrder
    }

    package let version: Int32
    package let name: String
    package let state: State

    /// Every migration that either side knows, by version.
    static func compare(_ files: [MigrationFile], with applied: [AppliedMigration]) -> [MigrationStatus] {
        let byVersion = Dictionary(uniqueKeysWithValues: applied.map { ($0.version, $0) })
        let known = Set(files.map(\.version))
        let newest = applied.map(\.version).max() ?? Int32.min
        let ofFiles = files.map { file in
            let state: State =
                if let row = byVersion[file.version] {
                    row.checksum == file.checksum ? .applied(row.appliedAt) : .edited
                } else {
                    file.version < newest ? .outOfOrder : .pending
                }
            return MigrationStatus(version: file.version, name: file.name, state: state)
        }
        let ofRows = applied.filter { !known.contains($0.version) }.map {
            MigrationStatus(version: $0.version, name: $0.name, state: .missing)
        }
        return (ofFiles + ofRows).sorted { $0.version < $1.version }
    }

    /// The error that stops a run, if this state does.
    var error: MigrationError? {
        let file = MigrationFile.fileName(version, name)
        return switch state {
        case .applied, .pending: nil
        case .edited: MigrationError(.edited, file: file, "was changed after it was applied")
        case .missing: MigrationError(.missing, file: file, "was applied, but there is no such file")
        case .outOfOrder: MigrationError(.outOfOrder, file: file, "is older than a migration that was applied")
        }
    }
}
