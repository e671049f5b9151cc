package import Domain
package import FoundationEssentials

/// How failures of one kind of subject turn into waiting.
package struct FailureLimits: Hashable, Sendable {
    /// So many cost nothing; the next one locks for 2 s, and each further one for twice as long.
    package let free: Int64
    /// No lock is longer, in seconds.
    package let maxLockSeconds: Double
    /// A failure is forgiven for each so many seconds that pass without one.
    package let forgiveSeconds: Double

    package init(free: Int64, maxLockSeconds: Double, forgiveSeconds: Double) {
        self.free = free
        self.maxLockSeconds = maxLockSeconds
        self.forgiveSeconds = forgiveSeconds
    }
}

extension SQL {
    /// Why a sign-in was refused: `locked`, when the account or the address must wait now, else `bad_credentials`.
    package static func signInRefusalCode(_ subject: Digest, _ other: Digest?, at: Date) -> SQL {
        """
        case when exists (
            select 1 from login_failures
            where subject_sha256 in (\(subject.bytes), \(other?.bytes)) and locked_until > \(at))
        then 'locked' else 'bad_credentials' end
        """
    }
}

extension Query {
    /// Whether one of the subjects is locked now.
    package static func isLocked(_ subject: Digest, _ other: Digest?, at: Date) -> Query<Bool> where Result == Bool {
        .one(
            "login_failure.is_locked",
            """
            select exists (
                select 1 from login_failures
                where subject_sha256 in (\(subject.bytes), \(other?.bytes)) and locked_until > \(at))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Counts a failure in one statement, so that racing guesses all count. Those during a lock don't: else anybody
    /// could keep a lock up for ever. 1, or 0 during a lock.
    package static func recordFailure(_ subject: Digest, at: Date, _ limits: FailureLimits) -> Query<Int>
    where Result == Int {
        .execute(
            "login_failure.record",
            """
            insert into login_failures as f (subject_sha256, failures, last_failure_at)
            values (\(subject.bytes), 1, \(at))
            on conflict (subject_sha256) do update
            set (failures, last_failure_at, locked_until) = (
                select n.failures, \(at)::timestamptz,
                       case when n.failures > \(limits.free) then
                           \(at) + make_interval(secs => least(
                               \(limits.maxLockSeconds), power(2::float8, least(30, n.failures - \(limits.free)))))
                       end
                from (select 1 + greatest(0, f.failures - greatest(0, floor(
                                 extract(epoch from \(at) - f.last_failure_at)::float8 / \(limits.forgiveSeconds))))::int
                             as failures) n)
            where f.locked_until is null or f.locked_until <= \(at)
            """)
    }

    /// Forgets a subject's failures after a success, unless it or the other subject was locked in the meantime; says
    /// whether one was.
    package static func forgetFailures(of subject: Digest, unlessLocked other: Digest?, at: Date) -> Query<Bool>
    where Result == Bool {
        .one(
            "login_failure.forget",
            """
            with locked as (
                select 1 from login_failures
                where subject_sha256 in (\(subject.bytes), \(other?.bytes)) and locked_until > \(at)
            ), forgotten as (
                delete from login_failures
                where subject_sha256 = \(subject.bytes) and not exists (select 1 from locked)
            )
            select exists (select 1 from locked)
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Forgets a subject's failures, locked or not: after a new password.
    package static func forgetFailures(of subject: Digest) -> Query<Int> where Result == Int {
        .execute("login_failure.reset", "delete from login_failures where subject_sha256 = \(subject.bytes)")
    }

    /// Forgets up to `limit` subjects that had no failure since `before`.
    package static func purgeLoginFailures(before: Date, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "login_failure.purge",
            """
            delete from login_failures where subject_sha256 in (
                select subject_sha256 from login_failures where last_failure_at < \(before) limit \(Int64(limit)))
            """)
    }

    /// Forgets up to `limit` of the subjects beyond the `kept` that failed last.
    package static func trimLoginFailures(kept: Int, limit: Int) -> Query<Int> where Result == Int {
        .execute(
            "login_failure.trim",
            """
            delete from login_failures where subject_sha256 in (
                select subject_sha256 from login_failures
                order by last_failure_at desc offset \(Int64(kept)) limit \(Int64(limit)))
            """)
    }
}
