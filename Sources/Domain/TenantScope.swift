/// In whose name a transaction runs: row-level security shows exactly this user's workspaces, or those of them that the
/// token is limited to.
///
/// The only conformer outside tests is Auth's `Principal`, which only authentication can make.
package protocol TenantScope: Sendable {
    var userID: UserID { get }
    /// The limits of the token that the user came with; `nil` for somebody who signed in. There is no default: where
    /// the conformer's module is not imported, it would be taken for what the conformer says.
    var token: TokenLimits? { get }
}
