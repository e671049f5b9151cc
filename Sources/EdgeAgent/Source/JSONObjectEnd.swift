/// Where a JSON object ends, found by its brackets and strings alone.
struct JSONObjectEnd {
    /// The offset after the closing brace.
    let end: Int
    /// Line feeds inside the object.
    let lineFeeds: Int
    /// Line breaks stand between its tokens.
    let isMultiline: Bool
    /// A line break or another control character stands in a string, where JSON forbids it.
    let hasControlInString: Bool

    /// - Parameter from: the offset of the opening brace.
    /// - Returns: `nil` when the bytes end before the object does.
    static func find(in bytes: [UInt8], from start: Int) -> JSONObjectEnd? {
        let span = bytes.span
        var index = start
        var depth = 0
        var inString = false
        var lineFeeds = 0
        var carriageReturns = 0
        var controls = 0
        while index < span.count {
            let byte = span[index]
            if inString {
                if byte == UInt8(ascii: "\\") {
                    index += 1
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                } else if byte < 32 {
                    controls += 1
                    if byte == 10 { lineFeeds += 1 }
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): inString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 {
                        return JSONObjectEnd(
                            end: index + 1, lineFeeds: lineFeeds, isMultiline: lineFeeds + carriageReturns > 0,
                            hasControlInString: controls > 0)
                    }
                case 10: lineFeeds += 1
                case 13: carriageReturns += 1
                default: break
                }
            }
            index += 1
        }
        return nil
    }
}
