import ArgumentParser
import Configuration
import Domain
import FoundationEssentials
import SystemPackage

/// Reads settings once: command line over environment over file.
struct SettingsReader: Sendable {
    private let prefixed: ConfigReader
    private let plain: ConfigReader

    /// - Parameters:
    ///   - arguments: what the command line has besides the command's own options.
    ///   - file: a JSON file, or none.
    /// - Throws: `ValidationError` for an option that is no setting, is given twice or lacks its value; what the file
    ///   provider throws.
    init(arguments: [String], file: String?) async throws {
        let line = InMemoryProvider(name: "command line", values: try Self.parse(arguments))
        let environment = EnvironmentVariablesProvider()
        var last: [any ConfigProvider] = []
        if let file { last.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file))) }
        prefixed = ConfigReader(providers: [line, environment.prefixKeys(with: "drover")] + last)
        plain = ConfigReader(providers: [line, environment] + last)
    }

    /// The setting's text, `nil` when it is not set. An empty text counts as not set.
    func text(_ key: String) -> String? {
        guard let setting = Setting.all.first(where: { $0.key == key }) else { return nil }
        let reader = setting.hasPrefix ? prefixed : plain
        let key = ConfigKey(key)
        // A JSON file may say 8080 or true; the command line and the environment have texts only.
        let value =
            reader.string(forKey: key, isSecret: setting.isSecret) ?? reader.int(forKey: key).map(String.init)
            ?? reader.bool(forKey: key).map { $0 ? "true" : "false" }
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: `Refusal.invalid` when it is not set.
    func required(_ key: String) throws(Refusal) -> String {
        guard let value = text(key) else {
            throw .invalid(key, "required", "this setting is needed; see `drover settings`")
        }
        return value
    }

    /// - Throws: `Refusal.invalid` for text that is no number of the range.
    func integer(_ key: String, _ range: ClosedRange<Int64>, default fallback: Int64) throws(Refusal) -> Int64 {
        guard let text = text(key) else { return fallback }
        guard let value = Int64(text), range.contains(value) else {
            throw .invalid(key, "range", "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// - Throws: `Refusal.invalid` for anything but `true` and `false`.
    func flag(_ key: String) throws(Refusal) -> Bool {
        switch text(key)?.lowercased() {
        case nil, "false", "0", "no": false
        case "true", "1", "yes": true
        default: throw .invalid(key, "boolean", "true or false")
        }
    }

    /// Each setting once, as `--name value` or `--name=value`; those of yes or no may be a bare `--name`. Not the
    /// configuration library's own reading of command lines: to that one a second value or a comma makes a list, and
    /// a list where a text is asked for counts as not set.
    private static func parse(_ arguments: [String]) throws(ValidationError) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard argument.hasPrefix("-"), let name = parts.first.map(String.init) else {
                throw ValidationError("a value without an option; quote values that have spaces")
            }
            guard let setting = Setting.all.first(where: { $0.flag == name }) else {
                throw ValidationError("unknown option '\(name)'; `drover settings` lists them")
            }
            let key = AbsoluteConfigKey(ConfigKey(setting.key))
            guard values[key] == nil else { throw ValidationError("the option '\(name)' is given twice") }
            let text = parts.count > 1 ? String(parts[1]) : value(of: setting, &rest)
            guard let text else { throw ValidationError("the option '\(name)' needs a value") }
            values[key] = ConfigValue(.string(text), isSecret: setting.isSecret)
        }
        return values
    }

    private static func value(of setting: Setting, _ rest: inout ArraySlice<String>) -> String? {
        if let next = rest.first, !next.hasPrefix("--") { return rest.popFirst() }
        return setting.isFlag ? "true" : nil
    }
}
