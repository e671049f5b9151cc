package import Domain
package import FoundationEssentials

/// How often and how long to wait before asking again (publish-and-edge.md, 1a "Retries").
package struct RetryPolicy: Sendable {
    /// Tries in all, the first included.
    package var attempts = 6
    /// No further try when this long after the first one: a registry that accepts connections and does not answer costs
    /// `Timeouts.request` a try, and somebody waits.
    package var patienceSeconds: TimeInterval = 25
    /// The first pause's upper bound; doubles with every try.
    package var base: Duration = .milliseconds(500)
    /// No pause of our own is longer.
    package var cap: Duration = .seconds(30)
    /// A longer `Retry-After` is not waited for: the request fails with it, and whoever can come back later does. What
    /// waits here holds a connection, a place in a queue or a user's request.
    package var longestRetryAfter: Duration = .seconds(30)

    package init() {}

    /// The pause before try `attempt + 1` (attempts count from 1): what the registry asked for, else a random part of
    /// the doubled base ("full jitter"), so that clients do not return in step.
    package func pause(after attempt: Int, retryAfter: Duration?, random: some RandomSource) -> Duration {
        if let retryAfter { return max(retryAfter, .zero) }
        let bound = min(cap, base * (1 << min(attempt - 1, 16)))
        return bound * Self.unit(random.bytes(8))
    }

    /// `Retry-After` in either form of RFC 9110, section 10.2.3: seconds, or a date compared with `now`.
    package static func retryAfter(_ header: String?, now: Date) -> Duration? {
        guard let text = header?.trimmed else { return nil }
        if let seconds = Int64(text) { return seconds >= 0 ? .seconds(seconds) : nil }
        guard let date = HTTPDate.parse(text) else { return nil }
        return .seconds(max(0, Int64((date.timeIntervalSince(now)).rounded(.up))))
    }

    /// A number in 0..<1 from eight random bytes.
    private static func unit(_ bytes: [UInt8]) -> Double {
        let word = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(word >> 11) / Double(UInt64(1) << 53)
    }
}

extension String {
    /// Without spaces and tabs at both ends, as in header values.
    var trimmed: String {
        let kept = drop { $0 == " " || $0 == "\t" }
        guard let last = kept.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(kept[...last])
    }
}
