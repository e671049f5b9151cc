import HTTPTypes
import Synchronization

/// Counts and times requests by method, route pattern and status, in the Prometheus text format (version 0.0.4).
package final class HTTPMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Series {
        var count: UInt64 = 0
        var seconds = 0.0
        var buckets = [UInt64](repeating: 0, count: HTTPMetrics.bounds.count)
    }

    /// Upper bounds of the duration histogram, in seconds.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

    private let series = Mutex<[Key: Series]>([:])

    package init() {}

    /// Adds one request.
    func record(method: HTTPRequest.Method, route: String, status: Int, duration: Duration) {
        let seconds = duration.inSeconds
        let bucket = Self.bounds.firstIndex { seconds <= $0 }
        series.withLock { series in
            let key = Key(method: method.rawValue, route: route, status: status)
            series[key, default: Series()].count += 1
            series[key, default: Series()].seconds += seconds
            if let bucket { series[key, default: Series()].buckets[bucket] += 1 }
        }
    }

    /// The exposition text of all series.
    func render() -> String {
        let snapshot = series.withLock { $0 }
            .sorted { ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status) }
        var text = """
            # HELP drover_http_requests_total Requests answered.
            # TYPE drover_http_requests_total counter

            """
        for (key, series) in snapshot { text += "drover_http_requests_total{\(labels(key))} \(series.count)\n" }
        text += """
            # HELP drover_http_request_duration_seconds Time from the first byte of a request to its answer.
            # TYPE drover_http_request_duration_seconds histogram

            """
        for (key, series) in snapshot {
            var sum: UInt64 = 0
            for (bound, count) in zip(Self.bounds, series.buckets) {
                sum += count
                text += "drover_http_request_duration_seconds_bucket{\(labels(key)),le=\"\(bound)\"} \(sum)\n"
            }
            text += "drover_http_request_duration_seconds_bucket{\(labels(key)),le=\"+Inf\"} \(series.count)\n"
            text += "drover_http_request_duration_seconds_sum{\(labels(key))} \(series.seconds)\n"
            text += "drover_http_request_duration_seconds_count{\(labels(key))} \(series.count)\n"
        }
        return text
    }

    private func labels(_ key: Key) -> String {
        "method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\""
    }
}
