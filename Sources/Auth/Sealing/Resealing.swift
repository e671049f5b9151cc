package import Domain
package import Persistence

/// Seals anew what older sealing keys have sealed, so that their lines can be taken out of the key file. A batch is one
/// transaction: however it ends, every value is sealed by one key of the ring, and a second run does the rest.
package struct Resealing: Sendable {
    /// How far a table is.
    package struct Progress: Sendable, Hashable {
        /// As in `SealedCount.place`.
        package let place: String
        /// Values that were sealed anew so far.
        package var resealed = 0
        /// Values that no key of the ring opens. They stay as they are.
        package var unreadable = 0
    }

    private let database: Database
    private let sealing: SealingKeyring
    private let random: any RandomSource
    private let batch: Int

    /// - Parameter batch: values of one transaction, at least 1.
    package init(database: Database, sealing: SealingKeyring, random: any RandomSource, batch: Int = 100) {
        self.database = database
        self.sealing = sealing
        self.random = random
        self.batch = max(1, batch)
    }

    private var system: SystemDatabase { database.system(because: "sealed values of the instance and all users") }

    /// Goes through every table.
    /// - Parameter report: called after each batch.
    /// - Returns: how each table ended.
    /// - Throws: `DatabaseError`, `CancellationError`; what was committed until then stays.
    package func run(report: @Sendable (Progress) -> Void) async throws -> [Progress] {
        let ends = [
            try await run(.instanceKeys, report), try await run(.connectionDetails, report),
            try await run(.modelRegistryTokens, report), try await run(.registryCredentials, report),
            try await run(.keptAnswers, report),
        ]
        let detail = ends.map { ($0.place, "\($0.resealed) sealed anew, \($0.unreadable) unreadable") }
        let subject = AuditSubject.key(
            sealing.sealingKeyID, detail: Dictionary(detail, uniquingKeysWith: { first, _ in first }))
        _ = try await system.run(.insertAuditEvent(.secretKeyRotate, on: subject, by: .system, from: nil))
        return ends
    }

    /// Which keys seal how many values of which table, in order of the tables.
    package func keysInUse() async throws -> [SealedCount] { try await system.run(.sealedCounts()) }

    private func run<Row>(_ table: SealedTable<Row>, _ report: @Sendable (Progress) -> Void) async throws -> Progress {
        var progress = Progress(place: table.name)
        var last: Row?
        while true {
            let done = try await next(of: table, after: last)
            progress.resealed += done.resealed
            progress.unreadable += done.unreadable
            guard let end = done.last else { return progress }
            last = end
            report(progress)
        }
    }

    private func next<Row>(of table: SealedTable<Row>, after: Row?) async throws -> Batch<Row> {
        try await system.write { [sealing, random, batch] tx in
            let rows = try tx.run(table.stale(sealing.sealingKeyID, after, batch))
            var done = Batch(last: rows.last)
            for row in rows {
                let aad = table.place(row).aad
                guard let value = try? sealing.open(table.sealed(row), aad: aad) else {
                    done.unreadable += 1
                    continue
                }
                _ = try tx.run(table.update(row, try sealing.seal(value, aad: aad, random: random)))
                done.resealed += 1
            }
            return done
        }
    }

    private struct Batch<Row: Sendable>: Sendable {
        let last: Row?
        var resealed = 0
        var unreadable = 0
    }
}
