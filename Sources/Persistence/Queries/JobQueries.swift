package import Domain
package import FoundationEssentials

/// A leased job.
package struct Job: Sendable {
    package let id: Int64
    package let publishID: PublishID
    /// Counts this one.
    package let attempts: Int64
    package let createdAt: Date

    init(row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        publishID = try row.next()
        attempts = try row.next()
        createdAt = try row.next()
    }
}

extension Query {
    package static func insertPublishJob(_ publish: PublishID, in workspace: WorkspaceID, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "job.insert",
            """
            insert into jobs (kind, workspace_id, publish_id, run_at, created_at)
            values ('publish', \(workspace), \(publish), \(at), \(at))
            """)
    }

    /// Takes the job that has waited longest, unless every due one is leased. A lease that ran out counts as none.
    package static func leaseJob(lease: UUID, at: Date, until: Date) -> Query<Job?> where Result == Job? {
        .first(
            "job.lease",
            """
            update jobs set lease_id = \(lease), lease_until = \(until), attempts = attempts + 1
            where id = (
                select id from jobs
                where state = 'queued' and run_at <= \(at) and (lease_until is null or lease_until < \(at))
                order by run_at, id for update skip locked limit 1
            )
            returning id, publish_id, attempts::int8, created_at
            """, Job.init(row:))
    }

    /// Prolongs a lease; 0 when it was lost.
    package static func renewJob(_ id: Int64, lease: UUID, until: Date) -> Query<Int> where Result == Int {
        .execute("job.renew", "update jobs set lease_until = \(until) where id = \(id) and lease_id = \(lease)")
    }

    /// Ends a job; 0 when the lease was lost.
    package static func finishJob(_ id: Int64, lease: UUID, failed: Bool, error: String?, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "job.finish",
            """
            update jobs set state = case when \(failed) then 'failed' else 'done' end, last_error = \(error),
                finished_at = \(at), lease_id = null, lease_until = null
            where id = \(id) and lease_id = \(lease)
            """)
    }

    /// Gives a job back to be tried again later.
    package static func retryJob(_ id: Int64, lease: UUID, error: String, runAt: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "job.retry",
            """
            update jobs set run_at = \(runAt), last_error = \(error), lease_id = null, lease_until = null
            where id = \(id) and lease_id = \(lease)
            """)
    }
}
