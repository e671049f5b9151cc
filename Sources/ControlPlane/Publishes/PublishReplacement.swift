import Domain
import Persistence

/// Publishing in place of other publishes: their edges become those of the new one in the moment in which it becomes
/// `Published`, and keep name, identity and join token (publish-and-edge.md, section 2f).
enum PublishReplacement {
    /// The ids of `replaces`.
    /// - Throws: `Refusal.invalid` for too many, for what is no id, and for one that stands there twice.
    static func ids(_ numbers: [Int64]) throws(Refusal) -> [PublishID] {
        guard numbers.count <= Publish.maxReplaced else {
            throw .invalid("replaces", "count", "at most \(Publish.maxReplaced) publishes")
        }
        var seen: Set<Int64> = []
        for (index, number) in numbers.enumerated() where number < 1 || !seen.insert(number).inserted {
            if number < 1 { throw unknown(index) }
            throw .invalid("replaces[\(index)]", "unique", "each publish once")
        }
        return numbers.map(PublishID.init(rawValue:))
    }

    /// Publishes that failed may be named: they have no edges. One that is being made may not: whether it is to have
    /// edges of its own, or who gets them, would depend on which of the two is ready first.
    /// - Throws: `Refusal`: invalid, `not_published`.
    static func require(
        _ ids: [PublishID], in workspace: WorkspaceID, _ tx: borrowing WriteTransaction
    ) throws {
        guard !ids.isEmpty else { return }
        let found = try tx.run(.publishStates(ids)).filter { $0.workspaceID == workspace }
        let byID = Dictionary(found.map { ($0.id, $0.status) }, uniquingKeysWith: { first, _ in first })
        for (index, id) in ids.enumerated() {
            switch byID[id] {
            case nil: throw unknown(index)
            case .published, .error: continue
            case .pending, .publishing:
                throw Refusal.conflict(
                    .notPublished, "replaces[\(index)]: publish \(id) is still being made; wait until it is Published")
            }
        }
    }

    /// Makes sure that the publish still has edges of its own.
    /// - Throws: `Refusal` with code `publish_replaced`.
    static func requireCurrent(_ id: PublishID, _ tx: borrowing WriteTransaction) throws {
        if let newer = try tx.run(.replacements(of: id)).last(where: { $0.status == .published })?.id {
            throw Refusal.conflict(.publishReplaced, "publish \(newer) replaced it; add the edge to that one")
        }
    }

    /// What the audit says of it.
    static func detail(_ ids: [PublishID]) -> [String: String] {
        ids.isEmpty ? [:] : ["replaces": ids.map(\.description).joined(separator: " ")]
    }

    /// Ends a publish well, and moves the edges that it takes over, in one transaction.
    /// - Returns: 0 when the lease was lost; nothing is changed then.
    static func complete(_ id: PublishID, _ completion: Query<Int>, _ system: SystemDatabase) async throws -> Int {
        try await system.write { tx in
            guard try tx.run(completion) == 1 else { return 0 }
            if try tx.run(.lockReplacedPublishes(of: id)) > 0 { _ = try tx.run(.moveEdges(to: id)) }
            return 1
        }
    }

    private static func unknown(_ index: Int) -> Refusal {
        .invalid("replaces[\(index)]", "known", "a publish of the same workspace")
    }
}
