/// Whoever work is done for: the principal whose rows PostgreSQL's row-level security lets through.
package protocol TenantScope: Sendable {
    /// The user that the statements run for.
    var userID: UserID { get }
}
