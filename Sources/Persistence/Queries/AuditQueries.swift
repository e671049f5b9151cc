package import Domain
import FoundationEssentials

extension AuditEvent {
    static let columns: SQL = """
        a.id, a.at, a.actor_kind, a.actor_id, a.session_id, a.action, a.outcome, a.code, a.resource_kind, a.resource_id,
        a.workspace_id, a.address, a.request_id
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), at: try row.next(), actorKind: try row.next(), actorID: try row.next(),
            sessionID: try row.next(), action: try row.next(), outcome: try row.next(), code: try row.next(),
            resourceKind: try row.next(), resourceID: try row.next(), workspaceID: try row.next(),
            address: try row.next(), requestID: try row.next())
    }
}

extension Query {
    /// Adds a row to the audit, in the transaction of what was done. A user's scope writes only about that user.
    /// - Parameter refusal: the code of the answer when it was not allowed.
    package static func insertAuditEvent(
        _ action: AuditAction, on subject: AuditSubject, by actor: AuditActor, from origin: RequestOrigin?,
        refusal: String? = nil
    ) -> Query<Int> where Result == Int {
        .execute(
            "audit.insert",
            """
            insert into audit_events (actor_kind, actor_id, session_id, action, outcome, code, resource_kind, resource_id,
                workspace_id, address, request_id)
            values (\(actor.kind), \(actor.id), \(actor.session), \(action.rawValue),
                \(refusal == nil ? "done" : "refused"), \(refusal), \(subject.kind), \(subject.id),
                \(subject.workspace), \(origin?.address), \(origin?.requestID))
            """)
    }

    /// Newest first, one more than `limit`. For the system only.
    package static func auditEvents(_ filter: AuditFilter, after: AuditEventID?, limit: Int) -> Query<[AuditEvent]>
    where Result == [AuditEvent] {
        .rows(
            "audit.list",
            """
            select \(AuditEvent.columns) from audit_events a
            where (\(after)::bigint is null or a.id < \(after))
              and (\(filter.actorID)::uuid is null or a.actor_id = \(filter.actorID))
              and (\(filter.action?.rawValue)::text is null or a.action = \(filter.action?.rawValue))
              and (\(filter.outcome)::text is null or a.outcome = \(filter.outcome))
              and (\(filter.resourceKind)::text is null or a.resource_kind = \(filter.resourceKind))
              and (\(filter.resourceID)::text is null or a.resource_id = \(filter.resourceID))
              and (\(filter.workspaceID)::bigint is null or a.workspace_id = \(filter.workspaceID))
              and (\(filter.since)::timestamptz is null or a.at >= \(filter.since))
              and (\(filter.until)::timestamptz is null or a.at < \(filter.until))
            order by a.id desc limit \(Int64(limit + 1))
            """, AuditEvent.init(row:))
    }
}

extension AuditActor {
    fileprivate var kind: String {
        switch self {
        case .user: "user"
        case .edge: "edge"
        case .system: "system"
        }
    }

    fileprivate var id: UUID? {
        switch self {
        case .user(let id, _): id.rawValue
        case .edge(let id): id.rawValue
        case .system: nil
        }
    }

    fileprivate var session: UUID? {
        if case .user(_, let session) = self { session } else { nil }
    }
}
