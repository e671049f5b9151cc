package import Domain
package import FoundationEssentials

/// A leased conversion. Who holds the value holds the lease, until it runs out.
package struct ConversionJob: Sendable {
    package let version: ModelVersionID
    package let workspaceID: WorkspaceID
    package let state: ConversionState
    /// Names the holder; every change asks for it.
    package let lease: UUID
    package let leaseUntil: Date
    /// Tries, this one included; those that a shutdown ended don't count.
    package let attempts: Int64
    /// Leases that ran out before this one.
    package let lapses: Int64
    /// The first lease; counted anew after one that lapsed or was given back by a shutdown.
    package let startedAt: Date
    /// Manifests that earlier tries pushed, or were about to push.
    package let manifests: [Digest]

    init(row: inout RowReader) throws(DatabaseError) {
        version = try row.next()
        workspaceID = try row.next()
        state = try row.next()
        lease = try row.next()
        leaseUntil = try row.next()
        attempts = try row.next()
        lapses = try row.next()
        startedAt = try row.next()
        manifests = try row.next([String].self).compactMap(Digest.init(_:))
    }
}

/// A change of a conversion's state, with what comes with it.
package struct ConversionMove: Sendable {
    package let state: ConversionState
    package let step: String
    package var percent = 0
    package var runtime: ModelRuntime?
    package var reason: String?
    package var error: String?
    package var file: ConvertedFile?
    package var inspection: JSONText?

    package init(to state: ConversionState, _ step: String) {
        self.state = state
        self.step = step
    }
}

extension Query {
    /// Takes the conversion that has waited longest, of those in one of the states that are due, that nobody has a live
    /// lease on, and whose workspace has the fewest live leases. A lease that ran out is counted, and the time starts anew: nobody worked on
    /// it in between.
    package static func leaseConversion(
        _ lease: UUID, of states: [ConversionState] = ConversionState.native + ConversionState.container, at: Date,
        until: Date
    ) -> Query<ConversionJob?> where Result == ConversionJob? {
        .first(
            "conversion.lease",
            """
            with busy as (
                select workspace_id, count(*) as leases from conversions
                where finished_at is null and lease_until > \(at) and state = any (\(states)) group by workspace_id
            )
            update conversions set lease_id = \(lease), lease_until = \(until), attempts = attempts + 1,
                lapses = lapses + (lease_id is not null)::int,
                started_at = case when lease_id is null then coalesce(started_at, \(at)) else \(at) end
            where version_id = (
                select c.version_id from conversions c left join busy b on b.workspace_id = c.workspace_id
                where c.finished_at is null and c.run_at <= \(at) and (c.lease_until is null or c.lease_until <= \(at))
                    and c.state = any (\(states))
                order by coalesce(b.leases, 0), c.run_at, c.version_id for update of c skip locked limit 1
            )
            returning version_id, workspace_id, state, lease_id, lease_until, attempts::int8, lapses::int8, started_at,
                manifests
            """, ConversionJob.init(row:))
    }

    /// Prolongs a live lease and says how far the attempt is; 0 when the lease was lost.
    package static func renewConversion(_ job: ConversionJob, step: String, percent: Int, at: Date, until: Date)
        -> Query<Int> where Result == Int
    {
        .execute(
            "conversion.renew",
            """
            update conversions c set lease_until = \(until), step = \(step), percent = \(Int64(percent))::int,
                updated_at = \(at)
            where \(SQL.isLeased(job, at: at))
            """)
    }

    /// Moves a conversion and its version on; the last state gives the lease back. 0 when the lease was lost, or when
    /// the state may not follow the one it has.
    package static func moveConversion(_ job: ConversionJob, _ move: ConversionMove, at: Date) -> Query<Int>
    where Result == Int {
        let ended: SQL =
            move.state.isEnd ? ", finished_at = \(at), lease_id = null, lease_until = null, last_error = null" : ""
        // Of a conversion before this one.
        let none: SQL = ", onnx_sha256 = null, onnx_size_bytes = null, onnx_manifest_digest = null"
        let file: SQL =
            move.file.map {
                ", onnx_sha256 = \($0.sha256), onnx_size_bytes = \($0.sizeBytes), onnx_manifest_digest = \($0.manifestDigest)"
            } ?? (move.runtime == .flight ? none : "")
        return .execute(
            "conversion.move",
            """
            with moved as (
                update conversions c set state = \(move.state), step = \(move.step), percent = \(Int64(move.percent))::int,
                    reason = coalesce(\(move.reason), c.reason), error = \(move.error),
                    inspection = coalesce(\(move.inspection), c.inspection),
                    history = c.history || \(SQL.historyEntry(move.state, at)), updated_at = \(at)\(ended)
                where \(SQL.isLeased(job, at: at)) and c.state = any (\(move.state.predecessors))
                returning c.workspace_id, c.version_id
            )
            update model_versions v set status = \(move.state.versionStatus),
                runtime = coalesce(\(move.runtime), v.runtime), updated_at = \(at)\(file)
            from moved where v.workspace_id = moved.workspace_id and v.id = moved.version_id
            """)
    }

    /// Notes a manifest before it is pushed, so that it is known whatever happens next; 0 when the lease was lost.
    package static func noteConversionManifest(_ job: ConversionJob, _ digest: Digest, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "conversion.note_manifest",
            """
            update conversions c set manifests = array_append(array_remove(c.manifests, \(digest.description)), \(digest.description))
            where \(SQL.isLeased(job, at: at))
            """)
    }

    /// Forgets a manifest that is about to be deleted; 0 when the lease was lost.
    package static func forgetConversionManifest(_ job: ConversionJob, _ digest: Digest, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "conversion.forget_manifest",
            """
            update conversions c set manifests = array_remove(c.manifests, \(digest.description))
            where \(SQL.isLeased(job, at: at))
            """)
    }

    /// Gives a conversion back to be tried again later; 0 when the lease was lost.
    package static func retryConversion(_ job: ConversionJob, error: String, at: Date, runAt: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "conversion.retry",
            """
            update conversions c set run_at = \(runAt), last_error = \(error), step = 'queued', percent = 0,
                lease_id = null, lease_until = null, updated_at = \(at)
            where \(SQL.isLeased(job, at: at))
            """)
    }

    /// Gives a conversion back as if it had not been tried, for whoever takes it next; 0 when the lease was lost.
    package static func releaseConversion(_ job: ConversionJob, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "conversion.release",
            """
            update conversions c set run_at = \(at), attempts = attempts - 1, started_at = null, step = 'queued',
                percent = 0, lease_id = null, lease_until = null, updated_at = \(at)
            where \(SQL.isLeased(job, at: at))
            """)
    }
}

extension SQL {
    /// Whether the row `c` of conversions is still leased to the holder of the value.
    fileprivate static func isLeased(_ job: ConversionJob, at: Date) -> SQL {
        "c.version_id = \(job.version) and c.lease_id = \(job.lease) and c.lease_until > \(at)"
    }
}
