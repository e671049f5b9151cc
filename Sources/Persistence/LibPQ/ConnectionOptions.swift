import Domain

/// What libpq is told when it connects: the given connection string, then what every session of ours has.
struct ConnectionOptions: Sendable {
    private let conninfo: Secret<String>
    private let own: [(String, String)]

    /// A session of the server's, with its role and its time limits.
    init(_ settings: DatabaseSettings) {
        var session = [
            "timezone=UTC", "jit=off",
            "statement_timeout=\(settings.statementTimeout.milliseconds)",
            "lock_timeout=\(settings.lockTimeout.milliseconds)",
            "idle_in_transaction_session_timeout=\(settings.idleInTransactionTimeout.milliseconds)",
        ]
        if let role = settings.sessionRole { session.append("role=\(role)") }
        self.init(
            conninfo: settings.conninfo, applicationName: settings.applicationName,
            connectTimeout: settings.connectTimeout, session: session)
    }

    /// A session that keeps the login role and has no time limits, for migrations.
    init(owner conninfo: Secret<String>, applicationName: String) {
        self.init(
            conninfo: conninfo, applicationName: applicationName, connectTimeout: .seconds(10),
            session: ["timezone=UTC"])
    }

    private init(
        conninfo: Secret<String>, applicationName: String, connectTimeout: Duration, session: [String]
    ) {
        self.conninfo = conninfo
        own = [
            ("application_name", applicationName),
            ("client_encoding", "UTF8"),
            ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
            ("options", session.map { "-c \($0)" }.joined(separator: " ")),
            // A peer that vanished without a word is noticed within half a minute.
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "4"),
            ("tcp_user_timeout", "30000"),
        ]
    }

    /// Keywords and values; libpq expands the first as a connection string, and later ones win over its contents.
    var pairs: [(String, String)] { [("dbname", conninfo.reveal())] + own }
}

extension Duration {
    /// Whole milliseconds, at least 1 for anything above zero, because 0 switches a limit of PostgreSQL off.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let whole = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return self > .zero ? max(1, whole) : 0
    }
}
