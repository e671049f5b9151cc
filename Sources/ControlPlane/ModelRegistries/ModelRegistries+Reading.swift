import Auth
import Domain
import FoundationEssentials
import MLflow
import Persistence

/// A model of a registry with the number of its versions.
struct CountedModel: Sendable {
    let model: RegisteredModel
    let versionCount: Int64

    /// Where a page ended: when the model was made, and something that tells models of the same moment apart.
    var key: RegisteredModelKey { RegisteredModelKey(model) }
}

/// A place in the list of models.
struct RegisteredModelKey: Sendable, Comparable, LosslessStringConvertible {
    let milliseconds: Int64
    let mark: String

    init(_ model: RegisteredModel) {
        milliseconds = Int64((model.createdAt.timeIntervalSince1970 * 1000).rounded())
        // Names may be longer than cursors.
        mark = String(Digest(hashing: Array(model.name.utf8)).hex.prefix(16))
    }

    /// Reads `description`; anything else is `nil`.
    init?(_ text: String) {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, let number = Int64(halves[0]), halves[1].utf8.count == 16 else { return nil }
        milliseconds = number
        mark = String(halves[1])
    }

    var description: String { "\(milliseconds).\(mark)" }

    static func < (a: Self, b: Self) -> Bool { (a.milliseconds, a.mark) < (b.milliseconds, b.mark) }
}

extension ModelRegistries {
    /// The models of a registry (REG-09), the most recently added one last (REG-10); one more than `limit`.
    /// - Throws: `Refusal`: notFound, forbidden; `MLflowError`.
    func registeredModels(of id: ModelRegistryID, after: RegisteredModelKey?, limit: Int, by principal: Principal)
        async throws
        -> [CountedModel]
    {
        try await read(id, by: principal) { session in
            let all = try await session.models().map { (RegisteredModelKey($0), $0) }.sorted { $0.0 < $1.0 }
            let page = all.filter { row in after.map { $0 < row.0 } ?? true }.prefix(limit + 1).map { $0.1 }
            return try await Self.count(page, session)
        }
    }

    /// The registry's list has only the newest versions, so others are asked for, four models at a time.
    private static func count(_ models: [RegisteredModel], _ session: MLflowSession) async throws -> [CountedModel] {
        var counts: [String: Int64] = [:]
        try await withThrowingTaskGroup(of: (String, Int64).self) { group in
            var open = models.filter { $0.versionCount == nil }[...]
            let next = { (group: inout ThrowingTaskGroup<(String, Int64), any Error>) in
                guard let name = open.popFirst()?.name else { return }
                group.addTask { (name, try await session.versionCount(of: name)) }
            }
            for _ in 0..<4 { next(&group) }
            while let (name, count) = try await group.next() {
                counts[name] = count
                next(&group)
            }
        }
        return models.map { CountedModel(model: $0, versionCount: $0.versionCount ?? counts[$0.name] ?? 0) }
    }

    /// The versions of a model, newest first (REG-11), older than `before`; one more than `limit`.
    /// - Throws: `Refusal`: notFound, forbidden; `MLflowError`.
    func registeredVersions(
        of model: String, in id: ModelRegistryID, before: Int64?, limit: Int, by principal: Principal
    )
        async throws -> [RegisteredModelVersion]
    {
        try await read(id, by: principal) { session in
            Array(
                try await session.versions(of: model).filter { row in before.map { row.number < $0 } ?? true }
                    .prefix(limit + 1))
        }
    }

    /// The artifacts of a version by path (REG-12).
    /// - Returns: them, and the registry's address, with which their full paths begin.
    /// - Throws: `Refusal`: notFound, forbidden, `artifacts_not_served`; `MLflowError`.
    func artifacts(
        of model: String, _ version: Int64, in id: ModelRegistryID, by principal: Principal
    ) async throws -> (url: ModelRegistryURL, rows: [RegisteredArtifact]) {
        try await read(id, by: principal) { session in
            (session.url, try await session.artifacts(of: model, version: version))
        }
    }

    private func read<R: Sendable>(
        _ id: ModelRegistryID, by principal: Principal, _ body: @Sendable @escaping (MLflowSession) async throws -> R
    ) async throws -> R {
        guard let access = try await database.run(.modelRegistryAccess(id), as: principal) else {
            throw Refusal.notFound(.modelRegistry)
        }
        let token = try clearToken(of: id, access)
        return try await reading.pass(principal.userID) {
            try await withDeadline(
                .seconds(60), "the model registry is too slow", clock: ContinuousClock()
            ) { try await mlflow.talk(to: access.url, token: token, body) }
        }
    }

    /// The token in clear, for the length of a conversation.
    /// - Throws: `Refusal.forbidden` when the principal may not use the registry; `AuthError`.
    func clearToken(of id: ModelRegistryID, _ access: ModelRegistryAccess) throws -> Secret<String>? {
        guard access.mayUse else { throw Self.useForbidden }
        guard let sealed = access.sealedToken else { return nil }
        let bytes = try sealing.open(sealed, aad: SealedPlace.modelRegistryToken(id).aad)
        return Secret(String(decoding: bytes.reveal(), as: UTF8.self))
    }
}
