/// Keeps a second agent out of a persist directory for as long as the value lives.
package struct DirectoryLock: ~Copyable, Sendable {
    private let file: File

    /// - Throws: `EdgeAgentError` with code `inUse` when another process holds it.
    package init(_ directory: String) throws(EdgeAgentError) {
        let file = try File(directory + "/lock", for: .locking)
        guard try file.tryLock() else {
            throw EdgeAgentError(.inUse, "another agent is using \(directory)")
        }
        self.file = file
    }
}
