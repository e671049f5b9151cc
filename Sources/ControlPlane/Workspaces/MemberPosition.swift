import Domain
import FoundationEssentials

/// Where a list of members stopped: they are listed in the order in which they came.
struct MemberPosition: LosslessStringConvertible {
    let since: Date
    let user: UserID

    init(_ member: WorkspaceMember) {
        since = member.since
        user = member.userID
    }

    /// Microseconds since 1970, as PostgreSQL counts them, and the user.
    init?(_ description: String) {
        let parts = description.split(separator: ".")
        guard parts.count == 2, let microseconds = Int64(parts[0]), let user = UserID(String(parts[1])) else {
            return nil
        }
        since = Date(timeIntervalSince1970: Double(microseconds) / 1e6)
        self.user = user
    }

    var description: String { "\(Int64((since.timeIntervalSince1970 * 1e6).rounded())).\(user)" }
}
