import FoundationEssentials

/// The times and numbers that publish jobs are bound by.
struct PublishLimits: Sendable {
    /// Jobs that one replica works on at a time: a large publish must not hold up the small ones.
    var concurrentJobs = 4
    /// How long a lease lasts without being renewed: a killed server's publishes stand still for at most that long. It
    /// is three renewals, so that one that fails costs nothing; replicas' clocks may differ by what is left, some 10 s.
    var leaseSeconds: TimeInterval = 15
    var renewalSeconds: TimeInterval = 5
    /// How long a publish may take from the first lease of its job, below the 600 s after which the SDK gives up
    /// (PUB-07). The time in the queue is not the publish's fault and doesn't count.
    var deadlineSeconds: TimeInterval = 540
    /// So many leases of a job may run out; a publish that takes the server down with it must not do so for ever.
    var lapses: Int64 = 5
    /// The longest pause between two tries.
    var longestPauseSeconds: TimeInterval = 30
    /// No registry puts a try off for longer.
    var longestRetryAfterSeconds: TimeInterval = 300
    /// The same of a removal that the registry refuses, until an operator sets it up otherwise.
    var longestRemovalPauseSeconds: TimeInterval = 3600
    /// How often the queue is looked at without being woken: for the publishes and lost leases of other replicas.
    var pollInterval = Duration.seconds(2)
    /// How long a worker tries to write down how a job ended: less than a lease, which is lost afterwards anyway, and
    /// less than a shutdown may take.
    var settleLimit = Duration.seconds(10)
    var settlePause = Duration.seconds(1)
}
