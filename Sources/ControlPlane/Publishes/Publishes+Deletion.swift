import Auth
import Domain
import Persistence

extension Publishes {
    /// How many edges a refusal names.
    private static let namedEdges = 5

    /// Deletes a publish; owners of the workspace only, archived or not. It is gone for everybody at once. What it alone
    /// has in the registry goes afterwards, by a job that is asked for in the same transaction.
    /// - Throws: `Refusal`: notFound, forbidden, `publish_in_use`.
    func delete(_ id: PublishID, by principal: Principal) async throws {
        let now = time.now()
        _ = try await database.change(
            as: principal, .publishDelete, on: { AuditSubject(.publish, id, in: $0.workspaceID) }
        ) { tx in
            _ = try tx.run(.lockPublish(id))
            guard let publish = try tx.run(.publish(id)) else { throw Refusal.notFound(.publish) }
            try Workspaces.requireOwner(publish.workspaceID, tx)
            // Neither is ever left again, so nothing comes in between.
            guard publish.status == .published || publish.status == .error else {
                throw Refusal.conflict(.publishInUse, "its job has not ended: \(publish.status.rawValue)")
            }
            try Self.requireWithoutEdges(publish, tx)
            guard try tx.run(.deletePublish(id, at: now)) == 1 else { throw Refusal.notFound(.publish) }
            _ = try tx.run(.insertUnpublishJob(id, in: publish.workspaceID, at: now))
            return publish
        }
        wake()
    }

    private static func requireWithoutEdges(_ publish: Publish, _ tx: borrowing WriteTransaction) throws {
        let edges = try tx.run(.edges(of: publish.pipelineID, publish: publish.id, after: nil, limit: namedEdges))
        guard !edges.isEmpty else { return }
        let names = edges.prefix(namedEdges).map(\.name.rawValue).joined(separator: ", ")
        let more = edges.count > namedEdges ? " and more" : ""
        throw Refusal.conflict(.publishInUse, "remove its edges first: \(names)\(more)")
    }
}
