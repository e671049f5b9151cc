import Synchronization

/// How far an attempt is, and what its converter said; written by the attempt, read by whoever renews its lease.
final class ConversionProgress: Sendable {
    private struct Values {
        var step = "queued"
        var percent = 0
        var reason: String?
        var lastWords: String?
        /// Lines that were read.
        var lines = 0
    }
    /// A converter that prints without end is not listened to for ever.
    private static let maxLines = 10_000
    private let values = Mutex(Values())

    var current: (step: String, percent: Int) { values.withLock { ($0.step, $0.percent) } }
    /// The converter's first reason; later ones follow from it.
    var reason: String? { values.withLock { $0.reason } }
    /// What was printed last.
    var lastWords: String? { values.withLock { $0.lastWords } }

    func set(_ step: String, _ percent: Int) { values.withLock { ($0.step, $0.percent) = (step, percent) } }

    /// Takes a line of the converter, whose own percent are 70 of 100.
    func hear(_ line: String) {
        let isHeard = values.withLock { values in
            values.lines += 1
            return values.lines <= Self.maxLines
        }
        guard isHeard else { return }
        switch ConverterMessage(line) {
        case .progress(let step, let percent): set(step, 20 + percent * 70 / 100)
        case .reason(let text): values.withLock { $0.reason = $0.reason ?? text }
        case .other(let text): values.withLock { $0.lastWords = text }
        case nil: break
        }
    }
}
