import Domain

/// What a pickle imports. Only texts on the top of the stack and in the memo are followed, as far as picklers need it;
/// an import whose name comes about in another way is refused.
struct PickleNames {
    private static let nameLimit = 5_000
    /// Texts that are remembered. A vectorizer memoizes its whole vocabulary, before names that come later.
    private static let memoLimit = 500_000
    private static let memoByteLimit = 16 << 20
    private static let nameByteLimit = 200

    /// `module.name`.
    private(set) var all: Set<String> = []
    private(set) var first: String?
    private var below: String?
    private var top: String?
    private var memo: [UInt64: String] = [:]
    private var memoBytes = 0
    /// What `MEMOIZE` would count.
    private var memoCount: UInt64 = 0
    private var isNumbered = false

    /// - Parameter argument: `nil` when it is longer than a name.
    mutating func perform(_ byte: UInt8, _ argument: [UInt8]?, _ rule: FormatRule) throws(Refusal) {
        switch byte {
        case UInt8(ascii: "X"), UInt8(ascii: "U"), UInt8(ascii: "T"), 0x8C, 0x8D:
            push(argument.flatMap { String(validating: $0, as: UTF8.self) })
        case UInt8(ascii: "V"):
            // Python reads escapes here, so that a name would be another one than it looks like.
            push(argument.flatMap { $0.contains(UInt8(ascii: "\\")) ? nil : String(validating: $0, as: UTF8.self) })
        case UInt8(ascii: "c"), UInt8(ascii: "i"): try takeLines(argument, rule)
        case 0x93:
            guard let module = below, let name = top else { throw Self.hidden(rule) }
            try take(module, name, rule)
            (below, top) = (nil, nil)
        case 0x94:
            guard !isNumbered else { throw rule.refusal("a memo that is used in two ways") }
            remember(memoCount)
            memoCount += 1
        case UInt8(ascii: "q"), UInt8(ascii: "r"), UInt8(ascii: "p"):
            guard memoCount == 0 else { throw rule.refusal("a memo that is used in two ways") }
            isNumbered = true
            // Python takes numbers in more spellings ("1_0"), so what is not understood would hide an import.
            guard let key = Self.key(byte, argument) else { throw rule.refusal("a memo whose place is not a number") }
            remember(key)
        case UInt8(ascii: "h"), UInt8(ascii: "j"), UInt8(ascii: "g"):
            push(Self.key(byte, argument).flatMap { memo[$0] })
        case 0x95: break
        // Every other operation leaves something on the stack that is no name, or takes something off it.
        default: (below, top) = (nil, nil)
        }
    }

    private mutating func push(_ text: String?) { (below, top) = (top, text) }

    private mutating func remember(_ key: UInt64) {
        if let earlier = memo.removeValue(forKey: key) { memoBytes -= earlier.utf8.count }
        guard let top, Self.mayBeName(top), memo.count < Self.memoLimit, memoBytes < Self.memoByteLimit else { return }
        memoBytes += top.utf8.count
        memo[key] = top
    }

    /// Whether Python could import it: identifiers of ASCII with dots between them.
    private static func mayBeName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= nameByteLimit else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."): true
                default: false
                }
            }
    }

    private static func key(_ byte: UInt8, _ argument: [UInt8]?) -> UInt64? {
        guard let argument else { return nil }
        if byte == UInt8(ascii: "p") || byte == UInt8(ascii: "g") {
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard argument.allSatisfy({ digits.contains($0) }) else { return nil }
            return UInt64(String(decoding: argument, as: UTF8.self))
        }
        return argument.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func takeLines(_ argument: [UInt8]?, _ rule: FormatRule) throws(Refusal) {
        guard let argument, let text = String(validating: argument, as: UTF8.self) else { throw Self.hidden(rule) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 2 else { throw Self.hidden(rule) }
        try take(String(lines[0]), String(lines[1]), rule)
        (below, top) = (nil, nil)
    }

    private mutating func take(_ module: String, _ name: String, _ rule: FormatRule) throws(Refusal) {
        let global = "\(module).\(name)"
        guard global.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !module.isEmpty, !name.isEmpty else {
            throw Self.hidden(rule)
        }
        guard !PickleDangers.contains(module: module, name: name) else {
            throw .invalid("body", "pickle_import", "the pickle imports \(global), which no model needs")
        }
        if first == nil { first = global }
        all.insert(global)
        guard all.count <= Self.nameLimit else { throw rule.refusal("over \(Self.nameLimit) imports") }
    }

    private static func hidden(_ rule: FormatRule) -> Refusal {
        rule.refusal("an import whose name does not stand in the pickle")
    }
}

/// What runs programs, opens files and connections, or makes code of text.
enum PickleDangers {
    private static let modules: Set<Substring> = [
        "os", "posix", "nt", "subprocess", "_posixsubprocess", "sys", "socket", "_socket", "shutil", "pty", "runpy",
        "importlib", "imp", "ctypes", "_ctypes", "webbrowser", "asyncio", "multiprocessing", "threading", "_thread",
        "code", "codeop", "bdb", "pdb", "timeit", "cProfile", "profile", "trace", "pip", "ensurepip", "tempfile",
        "pathlib", "io", "_io", "urllib", "http", "ftplib", "smtplib", "telnetlib", "requests", "commands", "pickle",
        "_pickle", "marshal", "shelve", "pkgutil", "zipimport", "signal", "atexit", "gc", "inspect", "linecache",
        "pydoc", "doctest", "distutils", "setuptools", "idlelib", "venv", "cgi", "xmlrpc", "socketserver", "ssl",
        "sqlite3",
        // What Python 3 takes for modules above, by `fix_imports`.
        "cPickle", "thread", "urllib2", "httplib", "SocketServer", "xmlrpclib", "BaseHTTPServer", "SimpleHTTPServer",
    ]
    private static let builtins: Set<String> = [
        "eval", "exec", "execfile", "compile", "open", "file", "__import__", "setattr", "delattr", "globals", "locals",
        "vars", "input", "raw_input", "breakpoint", "exit", "quit", "apply", "memoryview", "reload",
    ]

    static func contains(module: String, name: String) -> Bool {
        let parts = module.split(separator: ".", omittingEmptySubsequences: false)
        guard let root = parts.first else { return true }
        if modules.contains(root) { return true }
        // A name may be, or lead through, a module that the first one imports.
        let path = name.split(separator: ".", omittingEmptySubsequences: false)
        if path.contains(where: modules.contains) { return true }
        guard root == "builtins" || root == "__builtin__" || root == "__builtins__" else { return false }
        return parts.count > 1 || builtins.contains(String(name.prefix { $0 != "." }))
    }
}
