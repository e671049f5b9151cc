package import Domain
package import FoundationEssentials

/// What a job is about.
package enum JobWork: Sendable, Hashable, CustomStringConvertible {
    case publish(PublishID)
    /// Takes out of the registry what is a deleted publish's alone.
    case unpublish(PublishID)
    /// Takes out of the registry what no row says of a model version: all of it when the version was deleted.
    case removeModel(ModelVersionID, name: ModelName, workspace: WorkspaceID)

    /// For logs.
    package var description: String {
        switch self {
        case .publish(let id): "publish \(id)"
        case .unpublish(let id): "removal of publish \(id)"
        case .removeModel(let id, _, _): "removal of model version \(id)"
        }
    }

    /// Four columns: kind, publish, model version and model name; then the workspace.
    fileprivate static func read(_ row: inout RowReader) throws(DatabaseError) -> (JobWork, WorkspaceID) {
        let kind: String = try row.next()
        let publish: PublishID? = try row.next()
        let (version, name) = (try row.next(ModelVersionID?.self), try row.next(ModelName?.self))
        let workspace: WorkspaceID = try row.next()
        if let version, let name {
            return (.removeModel(version, name: name, workspace: workspace), workspace)
        } else if let publish {
            return (kind == "unpublish" ? .unpublish(publish) : .publish(publish), workspace)
        } else {
            throw DatabaseError(.decoding, statement: "job.lease", message: "a job about nothing")
        }
    }
}

/// A leased job. Who holds the value holds the lease, until it runs out.
package struct Job: Sendable {
    package let id: Int64
    package let work: JobWork
    package let workspace: WorkspaceID
    /// Names the holder; every change of job and publish asks for it.
    package let lease: UUID
    package let leaseUntil: Date
    /// Tries, this one included; those that a shutdown ended don't count.
    package let attempts: Int64
    /// Leases of this job that ran out before this one.
    package let lapses: Int64
    /// The first lease; counted anew after one that lapsed or was given back by a shutdown.
    package let startedAt: Date
    /// What the last try ended with.
    package let lastError: String?

    init(row: inout RowReader) throws(DatabaseError) {
        id = try row.next()
        (work, workspace) = try JobWork.read(&row)
        lease = try row.next()
        leaseUntil = try row.next()
        attempts = try row.next()
        lapses = try row.next()
        startedAt = try row.next()
        lastError = try row.next()
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

    /// Asks for the removal of what is a deleted publish's alone.
    package static func insertUnpublishJob(_ publish: PublishID, in workspace: WorkspaceID, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "job.insert_unpublish",
            """
            insert into jobs (kind, workspace_id, publish_id, run_at, created_at)
            values ('unpublish', \(workspace), \(publish), \(at), \(at))
            """)
    }

    /// Asks for the removal of what no row says of a model version, from `runAt` on; 0 when that was asked for already.
    package static func insertModelRemoval(
        _ version: ModelVersionID, of model: ModelName, in workspace: WorkspaceID, at: Date, runAt: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "job.insert_model_removal",
            """
            insert into jobs (kind, workspace_id, model_version_id, model_name, run_at, created_at)
            select 'remove_model', \(workspace), \(version), \(model), \(runAt), \(at)
            where not exists (select from jobs where model_version_id = \(version) and state = 'queued'
                              and lease_id is null)
            """)
    }

    /// Ends a removal well; 0 when the lease was lost.
    package static func completeRemoval(_ job: Job, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "job.complete_removal",
            """
            update jobs j set state = 'done', last_error = null, finished_at = \(at), lease_id = null, lease_until = null
            where \(SQL.isHeld(job, at: at))
            """)
    }

    /// Gives a job back to be tried again later; 0 when the lease was lost.
    package static func retryJob(_ job: Job, error: String, at: Date, runAt: Date) -> Query<Int> where Result == Int {
        .execute(
            "job.retry",
            """
            update jobs j set run_at = \(runAt), last_error = \(error), lease_id = null, lease_until = null
            where \(SQL.isHeld(job, at: at))
            """)
    }

    /// Gives a job back as if it had not been tried, for whoever takes it next; 0 when the lease was lost.
    package static func releaseJob(_ job: Job, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "job.release",
            """
            update jobs j set run_at = \(at), attempts = attempts - 1, started_at = null, lease_id = null, lease_until = null
            where \(SQL.isHeld(job, at: at))
            """)
    }
}

extension SystemDatabase {
    /// Takes the job that has waited longest, of those that are due, that nobody has a live lease on, whose pipeline has no
    /// other job with a live lease, and whose workspace has the fewest of them: so a workspace that publishes much keeps
    /// no other one waiting for longer than one job. A lease that ran out is counted, and the job's time starts anew: nobody
    /// worked on it in between.
    ///
    /// Leases are handed out and prolonged one at a time, by a lock that is held for these two statements: the second
    /// one sees what the holder before committed, so two leasers can't take two jobs of one pipeline.
    package func leaseJob(lease: UUID, at: Date, until: Date) async throws(DatabaseError) -> Job? {
        let (_, jobs) = try await run(.lockJobLeases(), .grantJobLease(lease, at: at, until: until))
        return jobs.first
    }

    /// Prolongs a live lease; 0 when it was lost.
    package func renewJob(_ job: Job, at: Date, until: Date) async throws(DatabaseError) -> Int {
        let (_, renewed) = try await run(.lockJobLeases(), .prolongJobLease(job, at: at, until: until))
        return renewed
    }
}

extension Query {
    /// Until the end of the transaction. Both statements travel together, so that the server holds it for a moment only.
    fileprivate static func lockJobLeases() -> Query<Int> where Result == Int {
        .execute("job.lock", "select pg_advisory_xact_lock(hashtextextended('drover.job_leases', 0))")
    }

    fileprivate static func grantJobLease(_ lease: UUID, at: Date, until: Date) -> Query<[Job]> where Result == [Job] {
        .rows(
            "job.lease",
            """
            with busy as (
                select workspace_id, count(*) as leases from jobs
                where state = 'queued' and lease_until > \(at) group by workspace_id
            )
            update jobs set lease_id = \(lease), lease_until = \(until), attempts = attempts + 1,
                lapses = lapses + (lease_id is not null)::int,
                started_at = case when lease_id is null then coalesce(started_at, \(at)) else \(at) end
            where id = (
                select j.id from jobs j left join busy b on b.workspace_id = j.workspace_id
                where j.state = 'queued' and j.run_at <= \(at) and (j.lease_until is null or j.lease_until <= \(at))
                  and not \(SQL.pipelineIsBusy(at: at))
                order by coalesce(b.leases, 0), j.run_at, j.id for update of j skip locked limit 1
            )
            returning id, kind, publish_id, model_version_id, model_name, workspace_id, lease_id, lease_until, attempts::int8, lapses::int8, started_at, last_error
            """, Job.init(row:))
    }

    fileprivate static func prolongJobLease(_ job: Job, at: Date, until: Date) -> Query<Int> where Result == Int {
        .execute(
            "job.renew",
            """
            update jobs j set lease_until = \(until)
            where \(SQL.isHeld(job, at: at)) and not \(SQL.pipelineIsBusy(at: at))
            """)
    }
}

extension SQL {
    /// Whether the row `j` of jobs is still leased to the holder of the value.
    static func isHeld(_ job: Job, at: Date) -> SQL {
        "j.id = \(job.id) and j.lease_id = \(job.lease) and j.lease_until > \(at)"
    }

    /// Whether another job of the pipeline of the row `j` of jobs has a live lease.
    fileprivate static func pipelineIsBusy(at: Date) -> SQL {
        """
        exists (
            select from publishes mine
            join publishes other on other.workspace_id = mine.workspace_id and other.pipeline_id = mine.pipeline_id
            join jobs o on o.workspace_id = other.workspace_id and o.publish_id = other.id
            where mine.workspace_id = j.workspace_id and mine.id = j.publish_id
              and o.id <> j.id and o.state = 'queued' and o.lease_until > \(at)
        )
        """
    }
}
