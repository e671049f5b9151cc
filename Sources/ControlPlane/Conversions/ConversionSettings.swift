import FoundationEssentials

/// What conversions on this server may use, and what they run with.
package struct ConversionSettings: Sendable {
    /// An interpreter that has the converters installed; `nil` for no native conversions.
    package var python: String?
    /// The absolute path of `convert.py`.
    package var script = ""
    /// How long one may take, also in processor time (MODEL-21).
    package var seconds: Int64 = 540
    /// Of a conversion, its files in memory included. A model must not be larger than a quarter of it.
    package var memoryBytes: Int64 = 4 << 30

    package init() {}
}

/// The times and numbers that conversion jobs are bound by.
struct ConversionLimits: Sendable {
    /// Conversions that one replica works on at a time: each is busy with a processor.
    var concurrentJobs = 2
    /// Containers that it looks after besides: each is a question to the registry.
    var concurrentContainers = 4
    /// As those of publishes (`PublishLimits`), but renewed more often, because a renewal brings the progress along.
    var leaseSeconds: TimeInterval = 15
    var renewalSeconds: TimeInterval = 2
    /// How long everything may take from the first lease on, below the 600 s after which the SDK gives up.
    var deadlineSeconds: TimeInterval = 570
    /// So many leases may run out before the native form is given up, and so many more before all is.
    var lapses: Int64 = 3
    /// The longest pause between two tries.
    var longestPauseSeconds: TimeInterval = 30
    /// How often the queue is looked at without being woken.
    var pollInterval = Duration.seconds(2)
    /// How long a worker tries to write down how a job ended.
    var settleLimit = Duration.seconds(10)
    var settlePause = Duration.seconds(1)
}
