import Auth
import Domain
import Persistence

/// How many bytes of model files a workspace may hold. A file counts once a workspace, whatever has it: versions of one
/// model or of several, and what conversions made. What publishing puts beside the files does not count.
package struct Quotas: Sendable {
    let database: Database
    /// For workspaces without a quota of their own; 0 is any number.
    let defaultBytes: Int64
    let time: any TimeSource

    /// A workspace's quota as the API shows it.
    struct State: Sendable, Hashable {
        let workspace: WorkspaceID
        /// `nil` for any number of bytes.
        let quotaBytes: Int64?
        let usedBytes: Int64
        /// Whether no administrator set it.
        let isDefault: Bool
    }

    /// For members and administrators.
    /// - Throws: `Refusal.notFound`.
    func state(of id: WorkspaceID, by principal: Principal) async throws -> State {
        let use =
            if principal.isAdmin {
                try await database.system(because: "administrators see the quotas of all workspaces").run(
                    .workspaceUse(id))
            } else { try await database.run(.workspaceUse(id), as: principal) }
        guard let use else { throw Refusal.notFound(.workspace) }
        return state(id, use)
    }

    /// Sets a workspace's quota: 0 is any number of bytes, `nil` the instance's default. What is there stays, also when it
    /// is more. Administrators only.
    /// - Throws: `Refusal`: forbidden, notFound.
    func set(_ bytes: Int64?, of id: WorkspaceID, by principal: Principal) async throws -> State {
        try principal.requireAdmin()
        let (now, origin, claim) = (time.now(), RequestOrigin.current, IdempotencyClaim.current)
        let system = database.system(because: "an administrator need not be a member")
        let use = try await system.write { tx in
            guard let before = try tx.run(.workspaceUse(id)) else { throw Refusal.notFound(.workspace) }
            if let bytes {
                _ = try tx.run(.setWorkspaceQuota(id, bytes: bytes, by: principal.userID, at: now))
            } else {
                _ = try tx.run(.resetWorkspaceQuota(id))
            }
            let noted = Change(before).noting(
                "quota_bytes", before.own.map { "\($0)" } ?? "default", bytes.map { "\($0)" } ?? "default")
            if let subject = noted.subject(.workspace, id, in: id) {
                _ = try tx.run(.insertAuditEvent(.workspaceQuota, on: subject, by: principal.auditActor, from: origin))
            }
            try claim?.mark(in: tx, of: principal.userID)
            return WorkspaceQuota(own: bytes, usedBytes: before.usedBytes)
        }
        return state(id, use)
    }

    /// What an upload may add, as far as can be told before it is there; `nil` when that is no question.
    /// - Parameter file: the file's digest, if it is known: one that the workspace has adds nothing.
    func allowance(
        in id: WorkspaceID, for file: Digest?, by principal: Principal
    ) async throws -> QuotaAllowance? {
        let own = try await database.run(.workspaceQuota(id), as: principal)
        guard let limit = limit(own) else { return nil }
        let room = try await database.run(.workspaceRoom(id, for: file), as: principal)
        return room.holdsFile ? nil : QuotaAllowance(quotaBytes: limit, usedBytes: room.usedBytes)
    }

    /// Makes sure that the workspace may hold the file, in the transaction that records it and before it does. The
    /// transactions of a workspace that has a quota wait for each other here.
    /// - Throws: `Refusal.conflict` with code `quota_exceeded`.
    func require(_ bytes: Int64, of file: Digest, in id: WorkspaceID, _ tx: borrowing WriteTransaction) throws {
        guard let limit = limit(try tx.run(.workspaceQuota(id))) else { return }
        _ = try tx.run(.lockWorkspaceRoom(id))
        let room = try tx.run(.workspaceRoom(id, for: file))
        guard !room.holdsFile else { return }
        try QuotaAllowance(quotaBytes: limit, usedBytes: room.usedBytes).require(bytes)
    }

    private func limit(_ own: Int64?) -> Int64? {
        let bytes = own ?? defaultBytes
        return bytes > 0 ? bytes : nil
    }

    private func state(_ id: WorkspaceID, _ use: WorkspaceQuota) -> State {
        State(workspace: id, quotaBytes: limit(use.own), usedBytes: use.usedBytes, isDefault: use.own == nil)
    }
}

/// What is left of a workspace's quota.
struct QuotaAllowance: Sendable, Hashable {
    let quotaBytes: Int64
    let usedBytes: Int64

    /// - Parameter bytes: of a file that the workspace does not have; of one that is still arriving, what came so far.
    /// - Throws: `Refusal.conflict` with code `quota_exceeded`.
    func require(_ bytes: Int64, isWhole: Bool = true) throws(Refusal) {
        guard bytes > max(0, quotaBytes - usedBytes) else { return }
        throw .conflict(
            .quotaExceeded,
            "the workspace may hold \(quotaBytes) bytes of model files and holds \(usedBytes); "
                + "this file has \(isWhole ? "" : "at least ")\(bytes)")
    }
}
