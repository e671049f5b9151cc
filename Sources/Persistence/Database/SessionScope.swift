import Domain

/// Whom PostgreSQL takes a statement to come from.
enum SessionScope: Sendable {
    /// A user: the session's own role, and row-level security by `drover.principal`.
    case principal(UserID)
    /// The system: `drover_system`, which sees all rows.
    case system
    /// Nobody.
    case none

    var role: SessionRole {
        switch self {
        case .system: .system
        case .principal, .none: .session
        }
    }

    /// The statement that sets the scope until the end of the transaction.
    var statement: SQL? {
        switch self {
        case .principal(let user): "select set_config('drover.principal', \(user)::uuid::text, true)"
        case .system: "select set_config('role', 'drover_system', true)"
        case .none: nil
        }
    }

    /// The same as plain text, to send along with `begin`. A UUID's text needs no quoting.
    var script: String {
        switch self {
        case .principal(let user): "; select set_config('drover.principal', '\(user)', true)"
        case .system: "; select set_config('role', 'drover_system', true)"
        case .none: ""
        }
    }
}

/// The role that is current when a statement runs; plans differ by it.
enum SessionRole: UInt8, Sendable {
    case session, system
}
