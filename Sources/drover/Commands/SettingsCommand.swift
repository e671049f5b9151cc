import ArgumentParser

/// `drover settings`: the table of docs/settings.md.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Prints every setting: option, environment variable, default, meaning.")

    func run() throws { print(Self.table) }

    /// Markdown.
    static var table: String {
        let head = "| option | environment | file key | default | meaning |\n|---|---|---|---|---|"
        let rows = Setting.all.map { setting in
            "| `\(setting.flag)` | `\(setting.variable)` | `\(setting.key)` | \(setting.fallback) | "
                + "\(setting.meaning)\(setting.isSecret ? " Secret: better not on the command line." : "") |"
        }
        return ([head] + rows).joined(separator: "\n")
    }
}
