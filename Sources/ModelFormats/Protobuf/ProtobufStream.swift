import Domain

/// The messages of a format: which are descended into, and which fields are kept.
protocol ProtobufShape: Sendable, Equatable {
    /// The message in a field that is descended into.
    func child(_ field: UInt64) -> Self?
    /// Whether a field of bytes is handed over; all others are skipped.
    func keeps(_ field: UInt64) -> Bool
}

/// A push parser for the outer messages of a large protocol-buffers file: it descends where the shape says so, hands over
/// the few small fields that are of interest and skips everything else without looking at it.
struct ProtobufStream<Message: ProtobufShape>: Sendable {
    enum Event {
        case entered(Message)
        case varint(Message, field: UInt64, UInt64)
        case bytes(Message, field: UInt64, [UInt8])
    }

    private struct Frame: Sendable {
        let message: Message
        /// Bytes of the message still to come; the root has no known end.
        var remaining: UInt64
    }

    private enum State: Sendable {
        case tag
        case varintValue(field: UInt64)
        case length(field: UInt64)
        case skip(UInt64)
        case capture(field: UInt64, remaining: UInt64)
    }

    /// A field that is kept must be smaller than this; names and shapes are.
    private static var captureLimit: UInt64 { 1 << 20 }

    /// Messages in each other; a model with a branch in a branch has a dozen.
    private static var depthLimit: Int { 100 }

    private let rule: FormatRule
    private var frames: [Frame]
    private var state = State.tag
    private var number: UInt64 = 0
    private var shift: UInt64 = 0
    private var captured: [UInt8] = []
    /// Bytes that were looked at, which skipped ones are not.
    private(set) var readBytes: UInt64 = 0

    init(root: Message, rule: FormatRule) {
        frames = [Frame(message: root, remaining: .max)]
        self.rule = rule
    }

    /// Whether the bytes so far end between two fields of the root.
    var isComplete: Bool {
        if case .tag = state { return frames.count == 1 && shift == 0 }
        return false
    }

    /// Bytes that will be skipped next.
    var unneeded: UInt64 {
        if case .skip(let count) = state { return count }
        return 0
    }

    /// Moves `offset` forward to the next event, or to the end of `bytes` and returns `nil`.
    /// - Throws: `Refusal.invalid` when the bytes break the encoding.
    mutating func next(_ bytes: Span<UInt8>, _ offset: inout Int) throws(Refusal) -> Event? {
        leaveFinishedFrames()
        while offset < bytes.count {
            if let event = try step(bytes, &offset) { return event }
            leaveFinishedFrames()
        }
        return nil
    }

    /// Goes on behind bytes that nobody gave.
    /// - Throws: `Refusal.invalid` when they are more than the message has.
    mutating func skip(_ count: UInt64) throws(Refusal) {
        guard case .skip(let remaining) = state else { return }
        var offset = 0
        let taken = try advance(by: min(count, remaining), &offset)
        state = taken == remaining ? .tag : .skip(remaining - taken)
        leaveFinishedFrames()
    }

    private mutating func step(_ bytes: Span<UInt8>, _ offset: inout Int) throws(Refusal) -> Event? {
        switch state {
        case .tag:
            guard let tag = try varint(bytes, &offset) else { return nil }
            try begin(tag: tag)
        case .varintValue(let field):
            guard let value = try varint(bytes, &offset) else { return nil }
            state = .tag
            return .varint(top, field: field, value)
        case .length(let field):
            guard let length = try varint(bytes, &offset) else { return nil }
            return try begin(field: field, length: length)
        case .skip(let count):
            let taken = try advance(by: min(count, UInt64(bytes.count - offset)), &offset)
            state = count == taken ? .tag : .skip(count - taken)
        case .capture(let field, let remaining):
            let start = offset
            let taken = try advance(by: min(remaining, UInt64(bytes.count - offset)), &offset)
            captured.append(bytes.extracting(start..<offset))
            readBytes += taken
            guard taken == remaining else {
                state = .capture(field: field, remaining: remaining - taken)
                return nil
            }
            return finishCapture(field)
        }
        return nil
    }

    private var top: Message { frames[frames.count - 1].message }

    private mutating func begin(tag: UInt64) throws(Refusal) {
        let field = tag >> 3
        guard field > 0 else { throw rule.refusal("not protocol buffers: a field has number 0") }
        switch tag & 7 {
        case 0: state = .varintValue(field: field)
        case 1: state = .skip(8)
        case 2: state = .length(field: field)
        case 5: state = .skip(4)
        default: throw rule.refusal("not protocol buffers: a field has an unknown wire type")
        }
    }

    private mutating func begin(field: UInt64, length: UInt64) throws(Refusal) -> Event? {
        guard length <= frames[frames.count - 1].remaining, length < 1 << 62 else {
            throw rule.refusal("a field is longer than the message it stands in")
        }
        if let child = top.child(field) {
            guard frames.count < Self.depthLimit else { throw rule.refusal("messages too deep in each other") }
            frames[frames.count - 1].remaining -= frames.count == 1 ? 0 : length
            frames.append(Frame(message: child, remaining: length))
            state = .tag
            return .entered(child)
        }
        guard top.keeps(field) else {
            state = length == 0 ? .tag : .skip(length)
            return nil
        }
        guard length <= Self.captureLimit else { throw rule.refusal("a name or shape of over 1 MiB") }
        captured = []
        if length == 0 { return finishCapture(field) }
        state = .capture(field: field, remaining: length)
        return nil
    }

    private mutating func finishCapture(_ field: UInt64) -> Event {
        state = .tag
        return .bytes(top, field: field, captured)
    }

    /// One number; `nil` when the bytes end first (the part that was read is kept).
    private mutating func varint(_ bytes: Span<UInt8>, _ offset: inout Int) throws(Refusal) -> UInt64? {
        while offset < bytes.count {
            let byte = bytes[offset]
            _ = try advance(by: 1, &offset)
            readBytes += 1
            guard shift < 70 else { throw rule.refusal("not protocol buffers: a number has more than 10 bytes") }
            number |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 {
                defer {
                    number = 0
                    shift = 0
                }
                return number
            }
        }
        return nil
    }

    private mutating func advance(by count: UInt64, _ offset: inout Int) throws(Refusal) -> UInt64 {
        if frames.count > 1 {
            guard count <= frames[frames.count - 1].remaining else {
                throw rule.refusal("a field is longer than the message it stands in")
            }
            frames[frames.count - 1].remaining -= count
        }
        offset += Int(count)
        return count
    }

    private mutating func leaveFinishedFrames() {
        guard case .tag = state, shift == 0 else { return }
        while frames.count > 1, frames[frames.count - 1].remaining == 0 { frames.removeLast() }
    }
}
