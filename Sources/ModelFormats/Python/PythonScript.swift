import Domain

/// What stands at the top level of a Python file.
struct PythonScript {
    struct Function {
        let name: String
        let parameters: [String]
    }
    struct Class {
        let name: String
        /// As they are written, without what is in front of the last dot.
        let bases: [String]
    }

    private static let limit = 10_000

    private(set) var functions: [Function] = []
    private(set) var classes: [Class] = []
    private(set) var imports: [String] = []
    /// Names of `from … import name as alias`, by alias.
    private var aliases: [String: String] = [:]

    /// - Throws: `Refusal.invalid` for text that is not Python.
    init(_ text: String, path: String, rule: FormatRule) throws(Refusal) {
        var lines = PythonLines(text, place: path, rule: rule)
        var count = 0
        while let line = try lines.next() {
            guard line.indentation == 0 else { continue }
            take(Self.words(line.text), line.text)
            count = functions.count + classes.count + imports.count + aliases.count
            guard count <= Self.limit else { throw rule.refusal("\(path) has over \(Self.limit) definitions") }
        }
    }

    /// The name that an alias stands for, or the name itself.
    func original(_ name: String) -> String { aliases[name] ?? name }

    private mutating func take(_ words: [Substring], _ line: String) {
        switch words.first {
        case "def": if words.count > 1 { functions.append(function(words[1], line)) }
        case "class": if words.count > 1 { classes.append(definition(words[1], line)) }
        case "import":
            for part in line.dropFirst("import".count).split(separator: ",") {
                if let name = Self.words(part[...]).first { imports.append(String(name)) }
            }
        case "from": takeFrom(words)
        default: break
        }
    }

    /// `from a.b import c as d, e`.
    private mutating func takeFrom(_ words: [Substring]) {
        guard words.count > 3, words[2] == "import" else { return }
        imports.append(String(words[1]))
        for index in words.indices.dropFirst(4) where words[index] == "as" && index + 1 < words.count {
            aliases[String(words[index + 1])] = String(words[index - 1])
        }
    }

    private func function(_ name: Substring, _ line: String) -> Function {
        let parameters = Self.list(line).map { part in
            String(part.prefix { $0 != ":" && $0 != "=" && $0 != " " })
        }
        return Function(name: String(name), parameters: parameters)
    }

    private func definition(_ name: Substring, _ line: String) -> Class {
        let bases = Self.list(line).filter { !$0.contains("=") }.map { part in
            let plain = part.prefix { $0 != "[" && $0 != " " }
            return String(plain.split(separator: ".").last ?? plain)
        }
        return Class(name: String(name), bases: bases)
    }

    /// The parts between the line's first bracket and the one that closes it.
    private static func list(_ line: String) -> [Substring] {
        guard let open = line.utf8.firstIndex(of: UInt8(ascii: "(")) else { return [] }
        var depth = 0
        var parts: [Substring] = []
        var start = line.utf8.index(after: open)
        for index in line.utf8.indices[open...] {
            switch line.utf8[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","):
                if depth == 1 {
                    parts.append(line[start..<index])
                    start = line.utf8.index(after: index)
                }
            default: break
            }
            if depth == 0 {
                parts.append(line[start..<index])
                break
            }
        }
        return parts.map { $0.drop { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }
    }

    /// Names and dotted names, in order.
    private static func words(_ line: some StringProtocol) -> [Substring] {
        let line = Substring(line)
        return line.utf8.split {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "_"), UInt8(ascii: "."): false
            default: true
            }
        }.map { Substring($0) }
    }
}
