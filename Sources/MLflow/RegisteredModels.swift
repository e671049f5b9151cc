package import FoundationEssentials

/// A model of a registry (REG-09).
package struct RegisteredModel: Sendable, Hashable {
    package let name: String
    package let user: String?
    package let description: String?
    package let createdAt: Date
    package let updatedAt: Date
    /// The highest number of a version; `nil` without one.
    package let latestVersion: Int64?
    /// How many versions there are, when the registry's list of models already tells.
    package var versionCount: Int64? {
        switch latestVersion {
        case nil: 0
        // Numbers only grow, so nothing was deleted below the first.
        case 1: 1
        default: nil
        }
    }
}

/// A version of a model of a registry (REG-11).
package struct RegisteredModelVersion: Sendable, Hashable {
    package let name: String
    package let number: Int64
    package let description: String?
    package let stage: String?
    package let status: String?
    package let source: String?
    package let runID: String?
    package let runLink: String?
    package let user: String?
    package let createdAt: Date
    package let updatedAt: Date
}

extension MLflowSession {
    /// At most so many rows of a list are read; more than that are an answer of no use.
    package static let maxRows = 5000
    private static let pageRows = 200

    /// All models, in order of their creation: the most recently added one comes last (REG-10).
    /// - Throws: `MLflowError`.
    package func models() async throws -> [RegisteredModel] {
        var (rows, budget): ([ModelAnswer], Int) = ([], MLflow.maxListBytes)
        try await pages { token in
            let page = try await json(
                ModelsAnswer.self, "/api/2.0/mlflow/registered-models/search",
                [("max_results", "\(Self.pageRows)")] + Self.next(token), budget: &budget)
            rows += page.registeredModels ?? []
            guard rows.count <= Self.maxRows else { throw MLflowError.unusable("more than \(Self.maxRows) models") }
            return page.nextPageToken
        }
        return rows.map(\.model).sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
    }

    /// All versions of a model, newest first (REG-11); none for a model that is not there.
    /// - Throws: `MLflowError`: `notFound` for a name that no model can have.
    package func versions(of name: String) async throws -> [RegisteredModelVersion] {
        var rows: [VersionAnswer] = []
        try await versionPages(of: name) { rows += $0 }
        return rows.map(\.row).sorted { $0.number > $1.number }
    }

    /// How many versions a model has; none of them is kept.
    /// - Throws: `MLflowError`: `notFound` for a name that no model can have.
    package func versionCount(of name: String) async throws -> Int64 {
        var count: Int64 = 0
        try await versionPages(of: name) { count += Int64($0.count) }
        return count
    }

    private func versionPages(of name: String, _ take: ([VersionAnswer]) -> Void) async throws {
        // The filter's language knows no escapes.
        let quote = name.contains("'") ? "\"" : "'"
        guard !name.contains(quote), !name.isEmpty else { throw MLflowError.notFound }
        // Whatever the registry made of the filter.
        try await versionPages(filter: "name=\(quote)\(name)\(quote)") { take($0.filter { $0.name == name }) }
    }

    /// Reads a list of versions, of all models without a filter, a page at a time.
    func versionPages(filter: String?, _ take: ([VersionAnswer]) -> Void) async throws {
        var (read, budget) = (0, MLflow.maxListBytes)
        try await pages { token in
            let page = try await json(
                VersionsAnswer.self, "/api/2.0/mlflow/model-versions/search",
                (filter.map { [("filter", $0)] } ?? []) + [("max_results", "\(Self.pageRows)")]
                    + Self.next(token), budget: &budget)
            let rows = page.modelVersions ?? []
            read += rows.count
            guard read <= Self.maxRows else { throw MLflowError.unusable("more than \(Self.maxRows) versions") }
            take(rows)
            return page.nextPageToken
        }
    }

    private static func next(_ token: String?) -> [(String, String)] {
        token.map { [("page_token", $0)] } ?? []
    }

    /// Calls `read` with each page's token until there is none.
    private func pages(_ read: (String?) async throws -> String?) async throws {
        var token: String?
        for _ in 0...(Self.maxRows / Self.pageRows) {
            token = try await read(token)
            guard let next = token, !next.isEmpty else { return }
            guard next.utf8.count <= 4096 else { break }
        }
        throw MLflowError.unusable("a list without an end")
    }
}
