package import Domain
import FoundationEssentials

extension AuditEvent {
    static let columns: SQL = """
        a.id, a.at, a.actor_kind, a.actor_id, a.session_id, a.action, a.outcome, a.code, a.resource_kind, a.resource_id,
        a.workspace_id, a.address, a.request_id, coalesce(a.detail, '{}'), a.repeats
        """

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), at: try row.next(), actorKind: try row.next(), actorID: try row.next(),
            sessionID: try row.next(), action: try row.next(), outcome: try row.next(), code: try row.next(),
            resourceKind: try row.next(), resourceID: try row.next(), workspaceID: try row.next(),
            address: try row.next(), requestID: try row.next(), detail: try row.json(), repeats: try row.next())
    }
}

extension Query {
    /// Adds a row to the audit, in the transaction of what was done. A user's scope writes only about that user.
    package static func insertAuditEvent(
        _ action: AuditAction, on subject: AuditSubject, by actor: AuditActor, from origin: RequestOrigin?
    ) -> Query<Int> where Result == Int {
        .execute(
            "audit.insert",
            """
            insert into audit_events (actor_kind, actor_id, session_id, action, outcome, code, resource_kind, resource_id,
                workspace_id, address, request_id, detail)
            values (\(actor.kind), \(actor.id), \(actor.session), \(action.rawValue), 'done', null, \(subject.kind),
                \(subject.id), \(subject.workspace), \(origin?.address), \(origin?.requestID), \(subject.detailSQL))
            """)
    }

    /// Notes what was not allowed; as drover_system. Equal ones of one actor (of one network, for who is not known) and
    /// one minute are one row with a count, so that nobody fills the audit by being refused.
    /// - Parameter code: why, as the answer says.
    package static func noteRefusal(
        _ action: AuditAction, on subject: AuditSubject?, by actor: AuditActor, from origin: RequestOrigin?,
        code: SQL
    ) -> Query<Int> where Result == Int {
        .execute(
            "audit.refuse",
            """
            insert into audit_events (actor_kind, actor_id, session_id, action, outcome, code, resource_kind, resource_id,
                workspace_id, address, request_id, collapse_key)
            select r.kind, r.actor, \(actor.session), \(action.rawValue), 'refused', r.code, r.resource_kind, r.resource_id,
                \(subject?.workspace), \(origin?.address), \(origin?.requestID),
                sha256(convert_to(concat_ws(chr(31), floor(extract(epoch from clock_timestamp()) / 60), r.kind,
                    coalesce(r.actor::text, \(origin?.network), '-'), \(action.rawValue), r.code,
                    coalesce(r.resource_kind, '-'), coalesce(r.resource_id, '-')), 'UTF8'))
            from (select \(actor.kind) as kind, \(actor.id) as actor, (\(code)) as code, \(subject?.kind) as resource_kind,
                    \(subject?.id) as resource_id) r
            on conflict (collapse_key) do update set repeats = audit_events.repeats + 1
            """)
    }

    /// Deletes up to `batch` of the oldest rows that are older than `days`, as drover_system, and notes how many and until
    /// when in the same transaction. Less than `batch` means that nothing more is to be done for a day: another replica is
    /// at it, a run within the last day got to the end, or this one did.
    /// - Parameters:
    ///   - days: 30 or more; the database refuses less.
    ///   - batch: at most 10,000.
    package static func purgeAudit(olderThan days: Int, batch: Int) -> Query<Int> where Result == Int {
        .one("audit.purge", "select purge_audit_events(\(Int32(days)), \(Int32(batch)))") {
            (row: inout RowReader) throws(DatabaseError) in Int(try row.next(Int32.self))
        }
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

extension AuditSubject {
    fileprivate var detailSQL: SQL {
        let pairs = detail.sorted { $0.key < $1.key }
        return pairs.isEmpty ? "null" : "jsonb_object(\(pairs.map(\.key)), \(pairs.map(\.value)))"
    }
}

extension AuditActor {
    fileprivate var kind: String {
        switch self {
        case .user: "user"
        case .edge: "edge"
        case .system: "system"
        case .anonymous: "anonymous"
        }
    }

    fileprivate var id: UUID? {
        switch self {
        case .user(let id, _): id.rawValue
        case .edge(let id): id.rawValue
        case .system, .anonymous: nil
        }
    }

    fileprivate var session: UUID? {
        if case .user(_, let session) = self { session } else { nil }
    }
}
