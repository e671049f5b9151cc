import Domain

/// A `requirements.txt` of pip.
enum Requirements {
    private static let rule = FormatRule(name: "requirements")
    private static let lineLimit = 1000

    /// The lines without comments, with continued ones joined.
    /// - Throws: `Refusal.invalid` with rule `requirements` for a line that is no requirement, and for one that leads to
    ///   a file outside of the archive.
    static func parse(_ text: String, path: String) throws(Refusal) -> [String] {
        var lines: [String] = []
        var pending: [UInt8] = []
        // A byte order mark is what Windows' editors put before UTF-8.
        let start = text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for (index, line) in physicalLines(Array(text.utf8.dropFirst(start))).enumerated() {
            if line.last == UInt8(ascii: "\\") {
                pending += line.dropLast()
                continue
            }
            let whole = trimmed(withoutComment(pending + line))
            pending = []
            guard !whole.isEmpty else { continue }
            try require(whole, "\(path), line \(index + 1)")
            lines.append(whole)
            guard lines.count <= lineLimit else { throw rule.refusal("\(path) has over \(lineLimit) lines") }
        }
        return lines
    }

    private static func require(_ line: String, _ place: String) throws(Refusal) {
        if line.utf8.first == UInt8(ascii: "-"), isPlain(line) {
            let name = line.prefix { $0 != " " && $0 != "\t" && $0 != "=" }
            guard isOption(line) else { throw rule.refusal("\(place): \(name) as it stands there is not allowed") }
            return
        }
        guard isRequirement(line) else { throw rule.refusal("\(place) is not a requirement that pip reads") }
    }

    /// The lines as Python's `splitlines` finds them, by bytes: a text of other alphabets is slow to walk through.
    private static func physicalLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let length = newline(bytes[index...])
            guard length > 0 else {
                index += 1
                continue
            }
            lines.append(bytes[start..<index])
            index += length
            start = index
        }
        return lines + [bytes[start...]]
    }

    /// Bytes of the end of a line at the beginning, 0 when there is none.
    private static func newline(_ bytes: ArraySlice<UInt8>) -> Int {
        switch bytes.first {
        case 0x0D: bytes.dropFirst().first == 0x0A ? 2 : 1
        case 0x0A, 0x0B, 0x0C, 0x1C, 0x1D, 0x1E: 1
        case 0xC2: bytes.starts(with: [0xC2, 0x85]) ? 2 : 0
        case 0xE2: bytes.starts(with: [0xE2, 0x80, 0xA8]) || bytes.starts(with: [0xE2, 0x80, 0xA9]) ? 3 : 0
        default: 0
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func withoutComment(_ line: [UInt8]) -> ArraySlice<UInt8> {
        let start = line.indices.first {
            line[$0] == UInt8(ascii: "#") && ($0 == 0 || isBlank(line[$0 - 1]))
        }
        return line[..<(start ?? line.count)]
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> String {
        guard let first = line.firstIndex(where: { !isBlank($0) }), let last = line.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: line[first...last], as: UTF8.self)
    }

    private static func isPlain(_ line: String) -> Bool {
        line.utf8.count <= 1000 && line.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
    }

    /// A name with what may follow it (PEP 508), a URL of a package, or an option about where packages come from.
    private static func isRequirement(_ line: String) -> Bool {
        guard isPlain(line) else { return false }
        if ["https://", "git+https://"].contains(where: { line.hasPrefix($0) }) { return true }
        let name = line.prefix { $0.isLetter || $0.isNumber || "._-".contains($0) }
        guard let first = name.first, first.isLetter || first.isNumber else { return false }
        let rest = line.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
        if rest.first == "@" { return isAddress(rest.dropFirst()) }
        // Behind the extras of a name there may be an address too.
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            let behind = rest[end...].dropFirst().drop { $0 == " " || $0 == "\t" }
            if behind.first == "@" { return isAddress(behind.dropFirst()) }
        }
        return rest.isEmpty || "[=<>!~;(".contains(rest[rest.startIndex]) || rest.hasPrefix("--hash")
    }

    /// An option about where packages come from, but not from a file.
    private static func isOption(_ line: String) -> Bool {
        let words = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" || $0 == "=" }
        switch words.first {
        case "--index-url", "--extra-index-url", "--find-links", "-i", "-f":
            return words.count == 2 && isAddress(words[1])
        case "--trusted-host", "--pre", "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes":
            return true
        default: return false
        }
    }

    private static func isAddress(_ text: Substring) -> Bool {
        let text = text.drop { $0 == " " || $0 == "\t" || $0 == "=" }
        return ["https://", "http://", "git+https://"].contains { text.hasPrefix($0) }
    }
}
