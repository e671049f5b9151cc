package import Domain
package import FoundationEssentials

/// What a worker writes about a publish. Each statement locks the job's row first and does nothing when the lease is
/// not live any more, so a worker that was too slow can't overwrite what its successor wrote.
extension Query {
    /// Moves a publish on; 0 when the lease was lost.
    package static func updatePublishProgress(_ job: Job, _ progress: Publish.Progress, at: Date) -> Query<Int>
    where Result == Int {
        .execute(
            "publish.progress",
            """
            with held as (
                select j.workspace_id, j.publish_id from jobs j where \(SQL.isHeld(job, at: at)) for update
            )
            update publishes b set status = \(PublishStatus.publishing), phase = \(progress.phase),
                percent = \(Int64(progress.percent))::int, bytes_total = \(progress.bytesTotal), bytes_done = \(progress.bytesDone),
                bytes_sent = \(progress.bytesSent), updated_at = \(at)
            from held where b.workspace_id = held.workspace_id and b.id = held.publish_id
            """)
    }

    /// Ends publish and job well; 0 when the lease was lost.
    package static func completePublish(
        _ job: Job, pipelineURL: String, pipelineDigest: Digest, chartVersion: String, chartDigest: Digest,
        image: Publish.Image? = nil, progress: Publish.Progress, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "publish.complete",
            """
            with ended as (
                update jobs j set state = 'done', last_error = null, finished_at = \(at), lease_id = null, lease_until = null
                where \(SQL.isHeld(job, at: at)) returning j.workspace_id, j.publish_id
            )
            update publishes b set status = \(PublishStatus.published), pipeline_url = \(pipelineURL),
                pipeline_digest = \(pipelineDigest), chart_version = \(chartVersion), chart_digest = \(chartDigest),
                image_url = \(image?.url), image_digest = \(image?.digest),
                phase = 'done', percent = 100, bytes_total = \(progress.bytesTotal), bytes_done = \(progress.bytesDone),
                bytes_sent = \(progress.bytesSent), error = null, updated_at = \(at)
            from ended where b.workspace_id = ended.workspace_id and b.id = ended.publish_id
            """)
    }

    /// Ends publish and job badly; 0 when the lease was lost.
    package static func failPublish(_ job: Job, error: String, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "publish.fail",
            """
            with ended as (
                update jobs j set state = 'failed', last_error = \(error), finished_at = \(at),
                    lease_id = null, lease_until = null
                where \(SQL.isHeld(job, at: at)) returning j.workspace_id, j.publish_id
            )
            update publishes b set status = \(PublishStatus.error), error = \(error), updated_at = \(at)
            from ended where b.workspace_id = ended.workspace_id and b.id = ended.publish_id
            """)
    }
}
