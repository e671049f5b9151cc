import Domain

/// Whom PostgreSQL takes a statement to come from.
enum SessionScope: Sendable {
    /// A user: the session's own role, and row-level security by `drover.principal`.
    case principal(UserID)
    /// A user who came with a token: the same, and what it is limited to.
    case token(UserID, TokenLimits)
    /// The system: `drover_system`, which sees all rows.
    case system
    /// Nobody.
    case none

    init(_ scope: some TenantScope) {
        self = if let token = scope.token { .token(scope.userID, token) } else { .principal(scope.userID) }
    }

    var role: SessionRole {
        switch self {
        case .system: .system
        case .principal, .token, .none: .session
        }
    }

    /// The statement that sets the scope until the end of the transaction.
    var statement: SQL? {
        switch self {
        case .principal(let user): "select set_config('drover.principal', \(user)::uuid::text, true)"
        case .token(let user, let token):
            """
            select set_config('drover.principal', \(user)::uuid::text, true),
                set_config('drover.token', \(token.id)::uuid::text, true),
                set_config('drover.workspaces', coalesce((\(token.workspaces)::bigint[])::text, ''), true),
                case when \(token.access == .read) then set_config('transaction_read_only', 'on', true) end
            """
        case .system: "select set_config('role', 'drover_system', true)"
        case .none: nil
        }
    }

    /// The same as plain text, to send along with `begin`. UUIDs and numbers need no quoting.
    var script: String {
        switch self {
        case .principal(let user): "; select set_config('drover.principal', '\(user)', true)"
        case .token(let user, let token):
            "; select set_config('drover.principal', '\(user)', true), set_config('drover.token', '\(token.id)', true), "
                + "set_config('drover.workspaces', '\(token.workspaces.map(Self.literal) ?? "")', true)"
                + (token.access == .read ? ", set_config('transaction_read_only', 'on', true)" : "")
        case .system: "; select set_config('role', 'drover_system', true)"
        case .none: ""
        }
    }

    private static func literal(_ workspaces: [WorkspaceID]) -> String {
        "{\(workspaces.map(\.description).joined(separator: ","))}"
    }
}

/// The role that is current when a statement runs; plans differ by it.
enum SessionRole: UInt8, Sendable {
    case session, system
}
