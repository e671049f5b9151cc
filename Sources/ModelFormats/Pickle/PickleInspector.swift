import Domain

/// Lists the operations of a pickle and what it would import, without doing any of it.
///
/// What is imported is a clue and not a guarantee: a pickle is a program, and Drover never runs one outside of a sandbox
/// (docs/models.md). What no model needs is refused here, so that it never gets there.
struct PickleInspector: FormatInspector {
    private enum State {
        case opcode
        case fixed(Int)
        case length(Int)
        case body(UInt64)
        case line(Int)
        case stopped
    }

    /// Kept of an argument; names are shorter.
    private static let argumentLimit = 512

    private let library: String?
    private let rule: FormatRule
    private var state = State.opcode
    private var opcode: PickleOpcode?
    private var argument: [UInt8] = []
    private var isArgumentWhole = true
    private var counts = [Int64](repeating: 0, count: 256)
    private var byte: UInt8 = 0
    private var version: Int?
    private var names = PickleNames()

    /// - Parameter library: the package that the model must be of; `nil` for any.
    init(library: String?, rule: FormatRule = FormatRule(name: "pickle")) {
        self.library = library
        self.rule = rule
    }

    /// The first thing that is imported: the class of the outermost object.
    var firstGlobal: String? { names.first }

    var unneededBytes: UInt64 {
        if case .body(let count) = state, !isKept { return count }
        return 0
    }

    mutating func skip(_ count: UInt64) throws(Refusal) {
        guard case .body(let remaining) = state, !isKept else { return }
        isArgumentWhole = false
        state = .body(remaining - min(count, remaining))
        if count >= remaining { try perform() }
    }

    mutating func consume(_ bytes: Span<UInt8>) throws(Refusal) {
        var offset = 0
        while offset < bytes.count {
            switch state {
            case .opcode:
                try begin(bytes[offset])
                offset += 1
            case .fixed(let count):
                argument.append(bytes[offset])
                offset += 1
                state = .fixed(count - 1)
                if count == 1 { try perform() }
            case .length(let count):
                argument.append(bytes[offset])
                offset += 1
                state = .length(count - 1)
                if count == 1 { try beginBody() }
            case .body(let remaining):
                let taken = Int(min(remaining, UInt64(bytes.count - offset)))
                keep(bytes.extracting(offset..<offset + taken))
                offset += taken
                state = .body(remaining - UInt64(taken))
                if taken == remaining { try perform() }
            case .line(let count): try takeLine(bytes[offset], &offset, count)
            case .stopped:
                throw rule.refusal("bytes follow the end of the pickle")
            }
        }
    }

    mutating func finish() throws(Refusal) -> ModelInspection {
        guard let version else { throw FormatRule.empty }
        guard case .stopped = state else { throw rule.refusal("the pickle is truncated") }
        if let library, !names.all.contains(where: { $0.hasPrefix("\(library).") }) {
            throw rule.refusal("the pickle holds nothing of \(library)")
        }
        var opcodes: [String: Int64] = [:]
        for (byte, count) in counts.enumerated() where count > 0 {
            if let name = PickleOpcode.all[byte]?.name { opcodes[name] = count }
        }
        var inspection = ModelInspection(format: .pickle)
        inspection.pickle = .init(protocol: version, opcodes: opcodes, globals: names.all.sorted())
        return inspection
    }

    private mutating func begin(_ byte: UInt8) throws(Refusal) {
        guard version != nil || byte == 0x80 else {
            throw rule.refusal("not a pickle of protocol 2 to 5 (no PROTO at its beginning)")
        }
        guard let opcode = PickleOpcode.all[Int(byte)] else { throw unreadable }
        self.byte = byte
        self.opcode = opcode
        counts[Int(byte)] += 1
        argument.removeAll(keepingCapacity: true)
        isArgumentWhole = true
        switch opcode.argument {
        case .none: try perform()
        case .fixed(let count): state = .fixed(count)
        case .counted(let count): state = .length(count)
        case .lines(let count): state = .line(count)
        }
    }

    private var unreadable: Refusal {
        rule.refusal(
            names.all.contains { $0.hasPrefix("joblib.") }
                ? "a file of joblib.dump, whose arrays are no pickle; save the model with pickle.dump"
                : "not a pickle: a byte that is no operation")
    }

    private mutating func beginBody() throws(Refusal) {
        let length = argument.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length < 1 << 40 else { throw rule.refusal("a value longer than any file") }
        argument.removeAll(keepingCapacity: true)
        state = .body(length)
        if length == 0 { try perform() }
    }

    private mutating func takeLine(_ byte: UInt8, _ offset: inout Int, _ count: Int) throws(Refusal) {
        offset += 1
        guard byte == 0x0A else {
            if argument.count < Self.argumentLimit { argument.append(byte) } else { isArgumentWhole = false }
            return
        }
        guard count > 1 else { return try perform() }
        argument.append(0x0A)
        state = .line(count - 1)
    }

    /// Whether the argument of a length is text, which may be a name.
    private var isKept: Bool {
        switch byte {
        case UInt8(ascii: "X"), UInt8(ascii: "U"), UInt8(ascii: "T"), 0x8C, 0x8D: true
        default: false
        }
    }

    private mutating func keep(_ bytes: Span<UInt8>) {
        guard isKept else { return }
        let room = Self.argumentLimit - argument.count
        if bytes.count > room { isArgumentWhole = false }
        argument.append(bytes.extracting(0..<min(max(0, room), bytes.count)))
    }

    private mutating func perform() throws(Refusal) {
        state = .opcode
        switch byte {
        case 0x80:
            guard version == nil, (2...5).contains(argument[0]) else {
                throw rule.refusal("not a pickle of protocol 2 to 5")
            }
            version = Int(argument[0])
        case UInt8(ascii: "."): state = .stopped
        case 0x82, 0x83, 0x84, 0x97:
            throw rule.refusal("the pickle needs something that is not in it (\(opcode?.name ?? ""))")
        default:
            try names.perform(byte, isArgumentWhole ? argument : nil, rule)
        }
    }
}
