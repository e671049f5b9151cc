import Synchronization

/// The keys of one `CodingKey` type as they stand in JSON text, converted once.
final class JSONKeyNames: Sendable {
    private static let all = Mutex<[ObjectIdentifier: JSONKeyNames]>([:])
    /// A type of keys made up at run time must not fill the memory.
    private static let limit = 256

    /// A dictionary's keys are data: they stay as they are.
    private let isVerbatim: Bool
    private let known = Mutex<[String: [UInt8]]>([:])

    private init(isVerbatim: Bool) { self.isVerbatim = isVerbatim }

    /// The names of a type's keys.
    static func of<Key: CodingKey>(_ type: Key.Type) -> JSONKeyNames {
        all.withLock { all in
            if let names = all[ObjectIdentifier(type)] { return names }
            let names = JSONKeyNames(isVerbatim: String(describing: type) == "_DictionaryCodingKey")
            all[ObjectIdentifier(type)] = names
            return names
        }
    }

    /// The key with quotes and colon.
    func quoted(_ key: String) -> [UInt8] {
        if isVerbatim { return Self.quote(key) }
        return known.withLock { known in
            if let name = known[key] { return name }
            let name = Self.quote(Self.snakeCase(key))
            if known.count < Self.limit { known[key] = name }
            return name
        }
    }

    /// `workspaceId` is `workspace_id`, `engineURLText` is `engine_url_text`.
    static func snakeCase(_ key: String) -> String {
        let letters = Array(key)
        var name = ""
        for (index, letter) in letters.enumerated() {
            if letter.isUppercase, index > 0, letters[index - 1] != "_" {
                let endsWord = index + 1 < letters.count && letters[index + 1].isLowercase
                if !letters[index - 1].isUppercase || endsWord { name += "_" }
            }
            name += letter.lowercased()
        }
        return name
    }

    private static func quote(_ key: String) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONOutput.append(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        return bytes
    }
}
