import Archive
import Domain

/// Reads a log batch's body in whole lines, a piece at a time: what it unpacks to is never in memory at once.
enum BatchBody {
    /// The most bytes of one line that is taken. A line must be in memory whole.
    static let maxLineBytes = 16 << 20
    /// Packed bytes of one step. deflate can't unpack them to more than about a thousand times as many.
    private static let step = 4096
    /// Unpacked bytes after which other requests get their turn on the thread.
    private static let turn = 1 << 20

    /// A line that is longer than allowed.
    struct LineTooLong: Error {}

    /// Hands on the lines in order; the last one may lack its line feed.
    /// - Parameters:
    ///   - maxLine: bytes of the longest line.
    ///   - visit: is given bytes and the range of them that holds whole lines. `false` ends the reading there.
    /// - Returns: how many bytes were unpacked.
    /// - Throws: `ArchiveError` for a body that is not one whole gzip stream or unpacks to more than
    ///   `EdgeProtocol.maxBatchUnpackedBytes`; `LineTooLong`; what `visit` throws.
    static func read(
        _ body: [UInt8], isCompressed: Bool, maxLine: Int = maxLineBytes,
        _ visit: (_ bytes: [UInt8], _ lines: Range<Int>) throws -> Bool
    ) async throws -> Int {
        var pending: [UInt8] = []
        var gzip = try GzipReader(limit: EdgeProtocol.maxBatchUnpackedBytes)
        var offset = 0
        var nextTurn = turn
        while offset < body.count {
            let piece = offset..<min(offset + step, body.count)
            let known = pending.count
            if isCompressed {
                try unsafe gzip.write(body.span.bytes.extracting(piece), into: &pending)
            } else {
                pending.append(contentsOf: body[piece])
            }
            offset = piece.upperBound
            guard (pending[known...].firstIndex(of: 0x0A) ?? pending.count) <= maxLine else { throw LineTooLong() }
            if let end = pending[known...].lastIndex(of: 0x0A) {
                guard try visit(pending, 0..<end + 1) else { return gzip.produced }
                pending.removeFirst(end + 1)
            }
            if gzip.produced > nextTurn {
                nextTurn = gzip.produced + turn
                await Task.yield()
            }
        }
        if isCompressed { try gzip.finish() }
        _ = try visit(pending, 0..<pending.count)
        return isCompressed ? gzip.produced : body.count
    }
}
