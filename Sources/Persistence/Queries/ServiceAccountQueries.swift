package import Domain
package import FoundationEssentials

extension ServiceAccount {
    static let columns: SQL = """
        s.user_id, u.name, u.email, s.workspace_id, u.active, s.created_by, s.created_at, u.revision
        """
    static let source: SQL = "service_accounts s join users u on u.id = s.user_id"

    init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            id: try row.next(), name: try row.next(), address: try row.next(), workspaceID: try row.next(),
            active: try row.next(), createdBy: try row.next(), createdAt: try row.next(), revision: try row.next())
    }
}

extension Query {
    /// Makes a service account in a workspace that the principal owns, and a collaborator of it; `nil` when they don't
    /// own it or came with a token. Violates `users_email_uq` when the workspace has one of that name.
    package static func createServiceAccount(
        _ id: UserID, _ name: ServiceAccountName, in workspace: WorkspaceID, at: Date
    ) -> Query<UserID?> where Result == UserID? {
        .one(
            "service_account.create",
            """
            select create_service_account(\(id), \(workspace), \(name), \(name.address(in: workspace)), \(at))
            """
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Serialises the making of service accounts in a workspace, so that they can be counted.
    package static func lockServiceAccounts(in workspace: WorkspaceID) -> Query<Int> where Result == Int {
        .execute(
            "service_account.lock",
            "select pg_advisory_xact_lock(hashtextextended('drover.service_accounts', \(workspace)))")
    }

    /// How many service accounts were made in a workspace, also deactivated ones.
    package static func countServiceAccounts(in workspace: WorkspaceID) -> Query<Int64> where Result == Int64 {
        .one("service_account.count", "select count(*) from service_accounts where workspace_id = \(workspace)") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    /// Whether an administrator deactivated it.
    package static func isHeldByAdministrator(_ id: UserID) -> Query<Bool> where Result == Bool {
        .one(
            "service_account.is_held",
            "select exists (select from users where id = \(id) and kind = 'service' and admin_hold)"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// `nil` when the principal does not manage it, the revision is another, or it is to be activated and an
    /// administrator deactivated it.
    package static func setServiceAccount(_ id: UserID, active: Bool, ifRevision: Int64?, at: Date) -> Query<UserID?>
    where Result == UserID? {
        .one(
            "service_account.set_active",
            "select set_service_account_active(\(id), \(active), \(ifRevision), \(at))"
        ) { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }

    /// Seen by members of the workspace whose owners manage it.
    package static func serviceAccount(_ id: UserID) -> Query<ServiceAccount?> where Result == ServiceAccount? {
        .first(
            "service_account.get",
            "select \(ServiceAccount.columns) from \(ServiceAccount.source) where s.user_id = \(id)",
            ServiceAccount.init(row:))
    }

    /// Those that a workspace's owners manage, by name, one more than `limit`.
    package static func serviceAccounts(in workspace: WorkspaceID, after: String?, limit: Int)
        -> Query<[ServiceAccount]> where Result == [ServiceAccount]
    {
        .rows(
            "service_account.list",
            """
            select \(ServiceAccount.columns) from \(ServiceAccount.source)
            where s.workspace_id = \(workspace) and (\(after)::text is null or u.name > \(after))
            order by u.name limit \(Int64(limit + 1))
            """, ServiceAccount.init(row:))
    }
}
