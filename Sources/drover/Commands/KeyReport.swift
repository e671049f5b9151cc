import Auth
import Persistence

/// What `drover admin rotate-key` says in the end: which keys seal values, and which lines of the key file can go.
struct KeyReport {
    let lines: [String]
    /// Why the rotation is not complete; `nil` when the first key seals everything.
    let problem: String?

    init(_ keyring: SealingKeyring, inUse counts: [SealedCount]) {
        let used = Dictionary(grouping: counts, by: \.keyID)
        let known = keyring.keyIDs
        let unknown = used.keys.filter { !known.contains($0) }.sorted()
        lines = (known + unknown).map { id in
            let uses = used[id, default: []].map { "\($0.place) \($0.count)" }.joined(separator: ", ")
            return "key \(id): \(uses.isEmpty ? "seals nothing" : uses)\(Self.advice(id, known, isUsed: !uses.isEmpty))"
        }
        let old = known.dropFirst().filter { used[$0] != nil }
        problem =
            if !unknown.isEmpty {
                "values are sealed with keys that are not given: \(unknown.joined(separator: ", "))"
            } else if !old.isEmpty {
                "older keys are still in use: \(old.joined(separator: ", ")); do all servers seal with the first key? Run this again"
            } else {
                nil
            }
    }

    private static func advice(_ id: String, _ known: [String], isUsed: Bool) -> String {
        if id == known.first { return " (seals everything new)" }
        if !known.contains(id) { return " (this key is not given)" }
        return isUsed ? " (its line must stay)" : " (its line can go)"
    }
}
