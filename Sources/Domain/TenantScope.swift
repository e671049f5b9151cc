/// In whose name a transaction runs: row-level security shows exactly this user's workspaces.
///
/// The only conformer outside tests is Auth's `Principal`, which only authentication can make.
package protocol TenantScope: Sendable {
    var userID: UserID { get }
}
