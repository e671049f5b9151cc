import ArgumentParser

/// The control plane's server and its administration.
@main
struct Drover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drover", abstract: "A self-hosted, multi-tenant control plane for machine-learning models.",
        version: DroverVersion.current,
        subcommands: [ServeCommand.self, MigrateCommand.self, AdminCommand.self, SettingsCommand.self])
}

/// The release.
enum DroverVersion {
    static let current = "0.1.0"
}
