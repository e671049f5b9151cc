package import Domain
package import FoundationEssentials

/// What the server's answer to a batch means for the agent.
package enum BatchReply: Sendable, Equatable {
    /// Stored up to a sequence number.
    case stored(EdgeProtocol.LogAck)
    /// Not stored: the batch does not begin where the server's stream ends (409).
    case outOfStep(EdgeProtocol.LogAck)
    /// Not stored because of one record, by sequence number.
    case badRecord(Int64, String)
    /// Not stored: too much at once.
    case tooLarge(String)
    /// Try the same batch again later.
    case later(String, Duration?)
    /// This edge is no longer welcome.
    case refused(String)
    /// The answer makes no sense.
    case misunderstood(String)

    /// How long the server wants to be left alone before the next batch; more than five minutes is taken for that.
    package var pause: Duration {
        guard case .stored(let ack) = self else { return .zero }
        return .milliseconds(min(max(0, ack.nextDelayMs), 300_000))
    }

    /// Reads an answer.
    package init(_ answer: HTTPAnswer, now: Date) {
        let problem = answer.problem
        switch answer.status {
        case 200:
            let ack = try? WireJSON.decode(EdgeProtocol.LogAck.self, from: answer.body)
            self = ack.map { .stored($0) } ?? .misunderstood("a 200 without an acknowledgement")
        case 409:
            self = problem.ack.map { .outOfStep($0) } ?? .misunderstood(answer.summary)
        case 413:
            self = problem.record.map { .badRecord($0, answer.summary) } ?? .tooLarge(answer.summary)
        case 400, 422:
            self = problem.record.map { .badRecord($0, answer.summary) } ?? .misunderstood(answer.summary)
        case 401, 403: self = .refused(answer.summary)
        case 408, 429, 500...599: self = .later(answer.summary, answer.retryAfter(now: now))
        default: self = .misunderstood(answer.summary)
        }
    }
}
