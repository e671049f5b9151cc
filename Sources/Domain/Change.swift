/// A result with what of it is other than before, for the audit.
package struct Change<Result: Sendable>: Sendable {
    package let result: Result
    private var detail: [String: String] = [:]

    package init(_ result: Result) { self.result = result }

    /// With a value that is other than before; the one before stands beside it as `<name>_before`, if there was one.
    package func noting(_ name: String, _ before: String?, _ after: String) -> Change {
        guard before != after else { return self }
        var change = self
        change.detail[name] = after
        change.detail[name + "_before"] = before
        return change
    }

    /// The subject of the audit's row; `nil` when nothing is other than before.
    package func subject(_ kind: Refusal.Kind, _ id: some CustomStringConvertible, in workspace: WorkspaceID? = nil)
        -> AuditSubject?
    {
        detail.isEmpty ? nil : AuditSubject(kind, id, in: workspace, detail: detail)
    }
}
