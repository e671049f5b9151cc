import Auth
import Domain
import FoundationEssentials
import Persistence

/// Edges of publishes.
package struct Edges: Sendable {
    let database: Database
    let settings: EdgeSettings
    let time: any TimeSource
    let random: any RandomSource

    /// Adds an edge and makes its one join token (EDGE-01, EDGE-10). The bundle is never shown again.
    /// - Throws: `Refusal`: notFound, `not_published`, `publish_replaced`, `name_taken`.
    func add(named name: EdgeName, tags: [String], to publishID: PublishID, by principal: Principal) async throws
        -> (Edge, Publish, EdgeBundle)
    {
        let id: EdgeID = random.id()
        let token = JoinToken(random: random)
        let now = time.now()
        let settings = settings
        do {
            return try await database.change(
                as: principal, .edgeCreate, on: { AuditSubject(.edge, $0.0.id, in: $0.1.workspaceID) }
            ) { tx in
                // Or it might be deleted in the middle of this.
                _ = try tx.run(.lockPublish(publishID))
                guard let publish = try tx.run(.publish(publishID)) else { throw Refusal.notFound(.publish) }
                try Workspaces.requireOpen(publish.workspaceID, tx)
                guard publish.status == .published else {
                    throw Refusal.conflict(.notPublished, "the publish is \(publish.status.rawValue), not Published")
                }
                _ = try tx.run(.insertEdge(id, on: publish, name: name, tags: tags, by: principal.userID, at: now))
                // The new row holds the publish in place: one that is replaced at the same moment was so before, and is
                // seen here, or will be afterwards, and takes this edge with it.
                try PublishReplacement.requireCurrent(publishID, tx)
                _ = try tx.run(
                    .insertJoinToken(
                        sha256: token.digest.bytes, edge: id, in: publish.workspaceID, by: principal.userID, at: now,
                        expiresAt: now + TimeInterval(JoinToken.lifeSeconds)))
                guard let edge = try tx.run(.edge(id)) else { throw Refusal.notFound(.edge) }
                return (edge, publish, try settings.bundle(for: edge, of: publish, token: token))
            }
        } catch let error as DatabaseError where error.violates(.edgesName) {
            throw Refusal.conflict(.nameTaken, "an edge named \(name) exists in this instance")
        }
    }

    /// Removes an edge by name (EDGE-05): its certificate and tokens are worth nothing from the next request on.
    /// - Throws: `Refusal.notFound`.
    func remove(named name: EdgeName, from publishID: PublishID, by principal: Principal) async throws {
        let now = time.now()
        _ = try await database.change(
            as: principal, .edgeRemove, on: { AuditSubject(.edge, $0.id, in: $0.workspaceID) }
        ) { tx in
            guard try tx.run(.publish(publishID)) != nil else { throw Refusal.notFound(.publish) }
            guard let edge = try tx.run(.edge(named: name, of: publishID)) else { throw Refusal.notFound(.edge) }
            guard try tx.run(.removeEdge(edge.id, at: now)) == 1 else { throw Refusal.notFound(.edge) }
            _ = try tx.run(.revokeJoinTokens(of: edge.id, at: now))
            return edge
        }
    }

    /// - Throws: `Refusal.notFound`.
    func edge(_ id: EdgeID, by principal: Principal) async throws -> Edge {
        guard let edge = try await database.run(.edge(id), as: principal) else { throw Refusal.notFound(.edge) }
        return edge
    }

    /// Live edges of all publishes of a pipeline (EDGE-06).
    /// - Throws: `Refusal.notFound`.
    func list(of id: PipelineID, after: EdgeID?, limit: Int, by principal: Principal) async throws -> [Edge] {
        let (pipeline, rows) = try await database.run(
            .pipeline(id), .edges(of: id, publish: nil, after: after, limit: limit), as: principal)
        guard pipeline != nil else { throw Refusal.notFound(.pipeline) }
        return rows
    }

    /// Live edges of one publish.
    /// - Throws: `Refusal.notFound`.
    func list(of id: PublishID, after: EdgeID?, limit: Int, by principal: Principal) async throws -> [Edge] {
        guard let publish = try await database.run(.publish(id), as: principal) else {
            throw Refusal.notFound(.publish)
        }
        return try await database.run(
            .edges(of: publish.pipelineID, publish: id, after: after, limit: limit), as: principal)
    }
}

/// What edges must know of the instance.
package struct EdgeSettings: Sendable {
    package var trustDomain: String
    /// `host[:port][/path]` of the edge port, as edges reach it.
    package var opsCenterHost: String
    /// SHA-256 of the built-in CA when the edge port's certificate comes from it; `nil` with a certificate of one's own.
    package var opsCASHA256: String?

    package init(trustDomain: String, opsCenterHost: String, opsCASHA256: String?) {
        self.trustDomain = trustDomain
        self.opsCenterHost = opsCenterHost
        self.opsCASHA256 = opsCASHA256
    }

    /// An edge's SPIFFE ID (EDGE-07).
    /// - Throws: `Refusal.invalid` for a trust domain that breaks the specification.
    func spiffeID(of edge: EdgeID) throws(Refusal) -> SPIFFEID {
        try SPIFFEID(trustDomain: trustDomain, edge: edge.rawValue)
    }

    func bundle(for edge: Edge, of publish: Publish, token: JoinToken) throws(Refusal) -> EdgeBundle {
        try EdgeBundle(
            edgeName: edge.name, joinToken: token.text, opsCenterHost: opsCenterHost, pipelineURL: publish.pipelineURL,
            workspaceID: publish.workspaceID.rawValue, opsCASHA256: opsCASHA256)
    }
}
