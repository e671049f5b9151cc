import Auth
import Domain
import Persistence

/// Tags and what they are on. Tags belong to the instance (TAG-12); a member tags what is in their workspaces.
package struct Tags: Sendable {
    let database: Database
    let time: any TimeSource

    /// - Throws: `Refusal.conflict`: `name_taken`.
    func create(_ text: TagText, by principal: Principal) async throws -> Tag {
        let now = time.now()
        do {
            return try await database.change(as: principal, .tagCreate, on: { AuditSubject(.tag, $0.id) }) { tx in
                let id = try tx.run(.insertTag(text, by: principal.userID, at: now))
                guard let tag = try tx.run(.tag(id)) else { throw Refusal.notFound(.tag) }
                return tag
            }
        } catch let error as DatabaseError where error.violates(.tagsText) {
            throw Refusal.conflict(.nameTaken, "there is a tag with this text")
        }
    }

    /// - Throws: `Refusal.notFound`.
    func tag(_ id: TagID, by principal: Principal) async throws -> Tag {
        guard let tag = try await database.run(.tag(id), as: principal) else { throw Refusal.notFound(.tag) }
        return tag
    }

    /// All tags in order of creation, each with what the principal may see of its uses (TAG-03).
    func list(after: TagID?, limit: Int, by principal: Principal) async throws -> [Tag] {
        try await database.run(.tags(after: after, limit: limit), as: principal)
    }

    /// Who made the tag or an administrator, and only while nothing has it, in whatever workspace.
    /// - Throws: `Refusal`: notFound, forbidden, `tag_in_use`.
    func delete(_ id: TagID, by principal: Principal) async throws {
        do {
            try await database.change(as: principal, .tagDelete, on: AuditSubject(.tag, id)) { tx in
                guard let creator = try tx.run(.tagCreator(id)) else { throw Refusal.notFound(.tag) }
                guard creator == principal.userID || principal.isAdmin else {
                    throw Refusal.forbidden("only who made the tag or an administrator may do this")
                }
                guard try tx.run(.deleteTag(id)) == 1 else { throw Refusal.notFound(.tag) }
            }
        } catch let error as DatabaseError
            where error.violates(.modelVersionTagsTag) || error.violates(.pipelineTagsTag)
        {
            throw Refusal.conflict(.tagInUse, "something has this tag; a workspace of others may be where")
        }
    }

    /// Puts a tag on a model version or takes it off (TAG-01). Twice is as once (TAG-12).
    /// - Throws: `Refusal`: notFound, `workspace_archived`.
    func set(_ tag: TagID, on version: ModelVersionID, to isOn: Bool, by principal: Principal) async throws {
        try await change(tag, to: isOn, as: principal) { tx in
            guard let found = try tx.run(.modelVersion(version)) else { throw Refusal.notFound(.modelVersion) }
            return (try Self.set(tag, on: version, in: found.workspaceID, to: isOn, tx), ())
        }
    }

    /// The same with the newest version of a model (TAG-07, TAG-08), which is returned.
    /// - Throws: `Refusal`: notFound, `workspace_archived`.
    func set(_ tag: TagID, onNewestOf model: ModelID, to isOn: Bool, by principal: Principal) async throws
        -> ModelVersionID
    {
        try await change(tag, to: isOn, as: principal) { tx in
            guard let found = try tx.run(.model(model)) else { throw Refusal.notFound(.model) }
            guard let newest = found.latestVersion else { throw Refusal.notFound(.modelVersion) }
            return (try Self.set(tag, on: newest.id, in: found.workspaceID, to: isOn, tx), newest.id)
        }
    }

    /// Puts a tag on a pipeline or takes it off (TAG-04, TAG-05). Twice is as once (TAG-12).
    /// - Throws: `Refusal`: notFound, `workspace_archived`.
    func set(_ tag: TagID, on pipeline: PipelineID, to isOn: Bool, by principal: Principal) async throws {
        try await change(tag, to: isOn, as: principal) { tx in
            guard let found = try tx.run(.pipeline(pipeline)) else { throw Refusal.notFound(.pipeline) }
            if isOn { try Workspaces.requireOpen(found.workspaceID, tx) }
            let count = try tx.run(
                isOn
                    ? .addTag(tag, to: pipeline, in: found.workspaceID)
                    : .removeTag(tag, from: pipeline, in: found.workspaceID))
            return (count == 1 ? Self.subject(.pipeline, pipeline, found.workspaceID, tag) : nil, ())
        }
    }

    private static func set(
        _ tag: TagID, on version: ModelVersionID, in workspace: WorkspaceID, to isOn: Bool,
        _ tx: borrowing WriteTransaction
    ) throws -> AuditSubject? {
        if isOn { try Workspaces.requireOpen(workspace, tx) }
        let count = try tx.run(
            isOn ? .addTag(tag, to: version, in: workspace) : .removeTag(tag, from: version, in: workspace))
        return count == 1 ? subject(.modelVersion, version, workspace, tag) : nil
    }

    private static func subject(
        _ kind: Refusal.Kind, _ id: some CustomStringConvertible, _ workspace: WorkspaceID, _ tag: TagID
    ) -> AuditSubject {
        AuditSubject(kind, id, in: workspace, detail: ["tag_id": tag.description])
    }

    /// A change of what a tag is on; the body says what was changed, if anything. The tag may go in the middle of it,
    /// which its foreign keys find out.
    private func change<R: Sendable>(
        _ tag: TagID, to isOn: Bool, as principal: Principal,
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> (AuditSubject?, R)
    ) async throws -> R {
        do {
            return try await database.change(as: principal, isOn ? .tagAdd : .tagRemove, on: { $0.0 }) { tx in
                let result = try body(tx)
                guard try tx.run(.tagCreator(tag)) != nil else { throw Refusal.notFound(.tag) }
                return result
            }.1
        } catch let error as DatabaseError
            where error.violates(.modelVersionTagsTag) || error.violates(.pipelineTagsTag)
        {
            throw Refusal.notFound(.tag)
        } catch let error as DatabaseError where error.violates(.modelVersionTagsVersion) {
            throw Refusal.notFound(.modelVersion)
        }
    }
}
