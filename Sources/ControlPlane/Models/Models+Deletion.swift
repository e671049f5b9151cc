import Auth
import Domain
import Persistence

extension Models {
    /// How many pipeline versions a refusal names.
    private static let namedUses = 5

    /// Deletes a version with its configuration and its tags; owners of the workspace only, archived or not. The model
    /// stays, also without versions, as in MLflow. What the version alone has in the registry goes afterwards, by a job
    /// that is asked for in the same transaction.
    /// - Throws: `Refusal`: notFound, forbidden, `model_version_in_use`.
    func delete(_ id: ModelVersionID, by principal: Principal) async throws {
        do {
            try await deleteOnce(id, by: principal)
        } catch let error as DatabaseError where error.violates(.pipelineVersionModelsModel) {
            // A pipeline version came in between: the second time it is seen.
            try await deleteOnce(id, by: principal)
        }
        wakeRemovals()
    }

    private func deleteOnce(_ id: ModelVersionID, by principal: Principal) async throws {
        let now = time.now()
        _ = try await database.change(
            as: principal, .modelVersionDelete,
            on: { AuditSubject(.modelVersion, id, in: $0.workspaceID, detail: ["model": $0.modelName.rawValue]) }
        ) { tx in
            guard let version = try tx.run(.modelVersion(id)) else { throw Refusal.notFound(.modelVersion) }
            try Workspaces.requireOwner(version.workspaceID, tx)
            try Self.requireUnused(id, tx)
            // Before the version, as a conversion that ends locks them in this order.
            if try tx.run(.deleteIdleConversion(of: id, at: now)) == 0, try tx.run(.hasConversion(id)) {
                throw Refusal.conflict(.modelVersionInUse, "its conversion is running; wait until that has ended")
            }
            guard try tx.run(.deleteModelVersion(id)) == 1 else { throw Refusal.notFound(.modelVersion) }
            _ = try tx.run(
                .insertModelRemoval(id, of: version.modelName, in: version.workspaceID, at: now, runAt: now))
            return version
        }
    }

    /// Runs a change of something that belongs to a version, which may be deleted in the middle of it.
    /// - Throws: `Refusal.notFound` for that; what `body` throws.
    static func unlessDeleted<R: Sendable>(
        _ constraint: Constraint, _ body: () async throws -> R
    ) async throws -> R {
        do {
            return try await body()
        } catch let error as DatabaseError where error.violates(constraint) {
            throw Refusal.notFound(.modelVersion)
        }
    }

    private static func requireUnused(_ id: ModelVersionID, _ tx: borrowing WriteTransaction) throws {
        let uses = try tx.run(.uses(of: id, limit: namedUses + 1))
        guard !uses.isEmpty else { return }
        let named = uses.prefix(namedUses)
        let publishes = named.flatMap(\.publishes).map(\.description)
        let more = uses.count > namedUses ? " and more" : ""
        throw Refusal.conflict(
            .modelVersionInUse,
            "pipeline versions use it: \(named.map { "\($0.pipeline)/\($0.version)" }.joined(separator: ", "))\(more)"
                + (publishes.isEmpty ? "" : "; publishes of them: \(publishes.joined(separator: ", "))\(more)"))
    }
}
