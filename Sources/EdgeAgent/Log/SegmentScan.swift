/// What a look through one segment found.
struct SegmentScan {
    /// The state after the last readable record.
    var state: LogState
    /// The index after the last readable record.
    var nextIndex: Int64
    /// Bytes that can be trusted.
    var validBytes: Int
    /// False when bytes follow that are no whole, undamaged record.
    var isWhole: Bool

    /// Reads all of a segment, up to the first byte that can't be trusted.
    /// - Returns: `nil` when the header or the state at its head is damaged.
    init?(_ bytes: [UInt8], first: Int64) {
        guard SegmentFormat.hasHeader(bytes, first: first),
            case .frame(let head) = SegmentFormat.frame(in: bytes, at: SegmentFormat.headerBytes), head.isControl,
            let state = SegmentFormat.control(bytes[head.payload])?.state, !state.epochs.isEmpty
        else { return nil }
        self.state = state
        nextIndex = first
        validBytes = head.payload.upperBound
        isWhole = true
        var uncounted: Int64 = 0
        while isWhole, validBytes < bytes.count {
            guard case .frame(let frame) = SegmentFormat.frame(in: bytes, at: validBytes) else {
                isWhole = false
                break
            }
            if frame.isControl {
                guard let mark = SegmentFormat.control(bytes[frame.payload])?.source else {
                    isWhole = false
                    break
                }
                self.state.take(uncounted)
                uncounted = 0
                self.state.apply(mark, at: nextIndex)
            } else {
                nextIndex += 1
                uncounted += 1
            }
            validBytes = frame.payload.upperBound
        }
        self.state.take(uncounted)
    }
}
