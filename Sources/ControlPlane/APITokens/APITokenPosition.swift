import Domain
import FoundationEssentials

/// Where a list of tokens stopped: they are listed newest first.
struct APITokenPosition: LosslessStringConvertible {
    let created: Date
    let id: APITokenID

    init(_ token: APIToken) {
        created = token.createdAt
        id = token.id
    }

    /// Microseconds since 1970, as PostgreSQL counts them, and the id.
    init?(_ description: String) {
        let parts = description.split(separator: ".")
        guard parts.count == 2, let microseconds = Int64(parts[0]), let id = APITokenID(String(parts[1])) else {
            return nil
        }
        created = Date(timeIntervalSince1970: Double(microseconds) / 1e6)
        self.id = id
    }

    var description: String { "\(Int64((created.timeIntervalSince1970 * 1e6).rounded())).\(id)" }
}
