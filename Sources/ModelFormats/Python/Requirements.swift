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
        var pending = ""
        // A byte order mark is what Windows' editors put before UTF-8.
        let body = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        for (index, line) in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.hasSuffix("\\") {
                pending += line.dropLast()
                continue
            }
            let whole = Self.trimmed(Self.withoutComment(pending + line))
            pending = ""
            guard !whole.isEmpty else { continue }
            guard isRequirement(whole) else {
                throw rule.refusal("\(path), line \(index + 1) is not a requirement that pip reads")
            }
            lines.append(whole)
            guard lines.count <= lineLimit else { throw rule.refusal("\(path) has over \(lineLimit) lines") }
        }
        return lines
    }

    private static func withoutComment(_ line: String) -> Substring {
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "#", previous.isWhitespace { return line[..<index] }
            previous = line[index]
        }
        return line[...]
    }

    private static func trimmed(_ line: Substring) -> String {
        guard let first = line.firstIndex(where: { !$0.isWhitespace }),
            let last = line.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(line[first...last])
    }

    /// A name with what may follow it (PEP 508), a URL of a package, or an option about where packages come from.
    private static func isRequirement(_ line: String) -> Bool {
        guard line.utf8.count <= 1000, line.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            return false
        }
        if line.hasPrefix("-") { return isOption(line) }
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
