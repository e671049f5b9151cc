import Domain
import FoundationEssentials

/// Where a list that is ordered by time, then by id, stopped.
struct TimedPosition<Kind>: LosslessStringConvertible {
    let time: Date
    let id: UniqueID<Kind>

    init(_ time: Date, _ id: UniqueID<Kind>) {
        self.time = time
        self.id = id
    }

    /// Microseconds since 1970, as PostgreSQL counts them, and the id; `nil` for times that no row has.
    init?(_ description: String) {
        let parts = description.split(separator: ".")
        guard parts.count == 2, let microseconds = Int64(parts[0]), Self.times.contains(microseconds),
            let id = UniqueID<Kind>(String(parts[1]))
        else {
            return nil
        }
        self.init(Date(timeIntervalSince1970: Double(microseconds) / 1e6), id)
    }

    var description: String { "\(Int64((time.timeIntervalSince1970 * 1e6).rounded())).\(id)" }

    /// From 1970 to the end of the year 9999.
    private static var times: Range<Int64> { 0..<253_402_300_800_000_000 }
}
