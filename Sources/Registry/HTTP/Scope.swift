/// What a token must allow: a repository and actions (distribution, spec/auth/scope.md).
struct Scope: Hashable, Sendable, Comparable, CustomStringConvertible {
    let repository: RepositoryName
    /// Comma separated.
    let actions: String

    static func pull(_ repository: RepositoryName) -> Scope { Scope(repository: repository, actions: "pull") }
    static func push(_ repository: RepositoryName) -> Scope { Scope(repository: repository, actions: "pull,push") }
    /// Deleting needs its own action in token servers that follow distribution's.
    static func delete(_ repository: RepositoryName) -> Scope { Scope(repository: repository, actions: "delete,pull") }

    var description: String { "repository:\(repository):\(actions)" }
    static func < (a: Scope, b: Scope) -> Bool { a.description < b.description }
}
