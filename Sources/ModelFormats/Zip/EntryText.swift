import Domain

/// Collects a small file of an archive.
struct EntryText {
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    private(set) var isOver = false

    init(limit: Int) { self.limit = limit }

    mutating func append(_ more: Span<UInt8>) {
        guard !isOver, bytes.count + more.count <= limit else {
            isOver = true
            bytes = []
            return
        }
        bytes.append(more)
    }

    /// The text.
    /// - Throws: `Refusal.invalid` when it is over the limit, not UTF-8, or has a long run of combining marks.
    func text(_ name: String, _ rule: FormatRule) throws(Refusal) -> String {
        guard !isOver else { throw rule.refusal("\(name) is over \(limit >> 10) KiB") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw rule.refusal("\(name) is not UTF-8 text")
        }
        guard MarkRuns.areShort(bytes) else {
            throw rule.refusal("\(name) has over \(MarkRuns.limit) combining marks in a row")
        }
        return text
    }
}
