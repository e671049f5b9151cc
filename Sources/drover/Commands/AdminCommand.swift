import ArgumentParser
import Auth
import ControlPlane
import Domain
import FoundationEssentials
import Glibc
import Logging
import Persistence

/// `drover admin`
struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Administration that needs the database, not the server.",
        subcommands: [
            CreateUserCommand.self, RotateKeyCommand.self, RotateSigningKeyCommand.self, SigningKeyCommand.self,
            ImportCommand.self, GCCommand.self,
        ])
}

/// `drover admin create-user`
struct CreateUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-user", abstract: "Adds a user with a workspace of their own.",
        discussion: "The password is read from standard input, one line, or from DROVER_ADMIN_PASSWORD.")

    @Argument(help: "E-mail address; also the user name.")
    var email: String

    @Option(help: "Name for display.")
    var name: String?

    @Flag(help: "Make the user an administrator of the instance.")
    var admin = false

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: "Settings, for example --database-url.")
    var settings: [String] = []

    func run() async throws {
        try await reporting {
            let reader = try await SettingsReader(arguments: settings, file: config)
            let email = try Email(email, field: "email")
            let password = try Password(Secret(reader.text("admin.password") ?? Self.readPassword()))
            let user = try await reader.withDatabase { database in
                let accounts = Accounts(
                    database: database, hasher: PasswordHasher(), time: SystemTime(), random: SystemRandom(),
                    activeLimit: try ServerSettings.activeUserLimit(reader))
                return try await accounts.create(
                    email: email, name: name ?? email.rawValue, password: password, isAdmin: admin)
            }
            print("created \(admin ? "administrator" : "user") \(user.email) \(user.id)")
        }
    }

    private static func readPassword() -> String {
        if isatty(STDIN_FILENO) == 1 { print("Password: ", terminator: "") }
        return readLine(strippingNewline: true) ?? ""
    }
}
