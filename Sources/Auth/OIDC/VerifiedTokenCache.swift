import Domain
import FoundationEssentials
import Synchronization

/// Remembers tokens whose signature was checked, because a check costs as much as a whole database request
/// (stack-facts.md, section 7). Bounded by two generations: when the young one is full it becomes the old one.
///
/// The key is the process's seeded hash of the token and the whole token is compared afterwards; who does not hold the
/// token gets to that comparison with probability 2^-64, so it may stop at the first difference.
final class VerifiedTokenCache: Sendable {
    private struct Entry {
        let token: Secret<String>
        let claims: VerifiedClaims
    }
    private struct State {
        var young: [Int: Entry] = [:]
        var old: [Int: Entry] = [:]
    }

    private let state = Mutex(State())
    private let generationCapacity: Int

    /// At most `capacity` tokens are kept.
    init(capacity: Int) { generationCapacity = max(1, capacity / 2) }

    /// The claims of a token that was verified before and that `isCurrent` still accepts.
    func claims(of token: String, isCurrent: (VerifiedClaims) -> Bool) -> VerifiedClaims? {
        let key = token.hashValue
        return state.withLock { state in
            let young = state.young[key]
            guard let entry = young ?? state.old[key], entry.token.reveal() == token else { return nil }
            guard isCurrent(entry.claims) else {
                state.young[key] = nil
                state.old[key] = nil
                return nil
            }
            if young == nil { insert(entry, key, into: &state) }
            return entry.claims
        }
    }

    func insert(_ claims: VerifiedClaims, for token: String) {
        let entry = Entry(token: Secret(token), claims: claims)
        state.withLock { insert(entry, token.hashValue, into: &$0) }
    }

    /// Forgets the tokens that match; the next use of one is verified again.
    func remove(where matches: (VerifiedClaims) -> Bool) {
        state.withLock { state in
            state.young = state.young.filter { !matches($0.value.claims) }
            state.old = state.old.filter { !matches($0.value.claims) }
        }
    }

    /// For tests of the bound.
    var count: Int { state.withLock { Set($0.young.keys).union($0.old.keys).count } }

    private func insert(_ entry: Entry, _ key: Int, into state: inout State) {
        if state.young.count >= generationCapacity, state.young[key] == nil {
            state.old = state.young
            state.young = [:]
        }
        state.young[key] = entry
    }
}
