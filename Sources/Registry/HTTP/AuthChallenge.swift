/// One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1).
struct AuthChallenge: Hashable, Sendable {
    /// In lower case: `basic`, `bearer`.
    let scheme: String
    /// Names in lower case.
    let parameters: [String: String]

    /// All challenges of a header value, in order. Parts that cannot be read end the list.
    static func parse(_ header: String) -> [AuthChallenge] {
        var scanner = Scanner(Array(header.utf8))
        var found: [AuthChallenge] = []
        var scheme: String?
        var parameters: [String: String] = [:]
        func close() {
            if let scheme { found.append(AuthChallenge(scheme: scheme, parameters: parameters)) }
            parameters = [:]
        }
        while let token = scanner.token() {
            if scanner.skipEquals() {
                guard scheme != nil, let value = scanner.value() else { break }
                parameters[token.lowercased()] = value
            } else {
                close()
                scheme = token.lowercased()
            }
        }
        close()
        return found
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

        private mutating func skip(_ separators: [UInt8]) {
            while let byte = current, separators.contains(byte) { position += 1 }
        }

        /// A scheme or parameter name, after spaces and commas.
        mutating func token() -> String? {
            skip([0x20, 0x09, 0x2C])
            return word()
        }

        private mutating func word() -> String? {
            let start = position
            while let byte = current, byte > 0x20, byte != 0x2C, byte != 0x3D, byte != 0x22, byte < 0x7F {
                position += 1
            }
            return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
        }

        /// Whether an equals sign follows, which makes the token a parameter's name.
        mutating func skipEquals() -> Bool {
            skip([0x20, 0x09])
            guard current == 0x3D else { return false }
            position += 1
            skip([0x20, 0x09])
            return true
        }

        /// A token or a quoted string.
        mutating func value() -> String? {
            guard current == 0x22 else { return word() }
            position += 1
            var text: [UInt8] = []
            while let byte = current {
                position += 1
                if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
                if byte == 0x5C, let escaped = current {
                    position += 1
                    text.append(escaped)
                } else {
                    text.append(byte)
                }
            }
            return nil
        }
    }
}
