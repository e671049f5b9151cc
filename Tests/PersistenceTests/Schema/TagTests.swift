import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

/// Tags in SQL alone: no check in Swift stands before these queries.
@Suite(.database, .timeLimit(.minutes(4)))
struct TagTests {
    private let database = TestDatabase.current
    private let random = SystemRandom()

    /// A tag whose text nobody else has.
    private func tag(_ text: String = "tag", by user: some TenantScope) async throws -> (id: TagID, text: String) {
        let text = "\(text) \(random.uuid())"
        let insert = Query<TagID>.insertTag(TagText(unchecked: text), by: user.userID, at: WorkspaceFixture.time)
        return (try await database.run(insert, as: user), text)
    }

    private func versions(tagged term: String, as user: some TenantScope) async throws -> [ModelVersionID] {
        try await database.run(.modelVersions(of: nil, tagged: term, after: nil, limit: 10), as: user).map(\.version.id)
    }

    private func pipelines(tagged term: String, as user: some TenantScope) async throws -> [PipelineID] {
        try await database.run(.pipelines(in: nil, tagged: term, after: nil, limit: 10), as: user).map(\.pipeline.id)
    }

    private func put(_ tag: TagID, on fixture: WorkspaceFixture) async throws -> (Int, Int) {
        try await database.run(
            .addTag(tag, to: fixture.version, in: fixture.workspace),
            .addTag(tag, to: fixture.pipeline, in: fixture.workspace), as: fixture)
    }

    @Test(.proves("TAG-01", "TAG-12")) func `a tag goes on a model version and a pipeline, and twice is as once`()
        async throws
    {
        let ada = try await WorkspaceFixture.make(database)
        let (id, text) = try await tag(by: ada)
        #expect(try await put(id, on: ada) == (1, 1))
        #expect(try await put(id, on: ada) == (0, 0))
        let tag = try #require(try await database.run(.tag(id), as: ada))
        #expect(tag.text.rawValue == text && tag.createdBy == ada.userID && tag.createdAt == WorkspaceFixture.time)
        #expect(tag.models.map(\.id) == [ada.model] && tag.models.first?.versions == [ada.version])
        #expect(tag.models.first?.workspaceID == ada.workspace && tag.models.first?.name.rawValue == "house")
        #expect(tag.pipelines.map(\.id) == [ada.pipeline] && tag.pipelines.first?.workspaceID == ada.workspace)
        let listed = try await database.run(.modelVersions(of: ada.model, tagged: nil, after: nil, limit: 10), as: ada)
        #expect(listed.first?.tags.map(\.id).contains(id) == true)
    }

    @Test(.proves("TAG-03", "TAG-12"))
    func `a tag of the instance shows each reader only what is theirs, and its uses`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        let (id, text) = try await tag(by: ada)
        _ = try await put(id, on: ada)
        let seen = try #require(try await database.run(.tag(id), as: eve))
        #expect(seen.text.rawValue == text && seen.models.isEmpty && seen.pipelines.isEmpty)
        #expect(try await versions(tagged: text, as: eve).isEmpty)
        #expect(try await pipelines(tagged: text, as: eve).isEmpty)
        _ = try await put(id, on: eve)
        #expect(try await versions(tagged: text, as: eve) == [eve.version])
        #expect(try await pipelines(tagged: text, as: eve) == [eve.pipeline])
        #expect(try await versions(tagged: text, as: ada) == [ada.version])
        #expect(try await database.run(.tag(id), as: ada)?.models.map(\.id) == [ada.model])
    }

    @Test func `nobody tags what is in a workspace of others, or takes a tag off there`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        let (id, _) = try await tag(by: eve)
        for attempt in [
            Query<Int>.addTag(id, to: ada.version, in: ada.workspace), .addTag(id, to: ada.pipeline, in: ada.workspace),
        ] {
            let error = await databaseError { _ = try await database.run(attempt, as: eve) }
            #expect(error?.sqlState == "42501", "row-level security must refuse, not something else")
        }
        // In a workspace of one's own, the version of others is not one of that workspace.
        for attempt in [
            Query<Int>.addTag(id, to: ada.version, in: eve.workspace), .addTag(id, to: ada.pipeline, in: eve.workspace),
        ] {
            #expect(await databaseError { _ = try await database.run(attempt, as: eve) }?.sqlState == "23503")
        }
        _ = try await put(id, on: ada)
        #expect(try await database.run(.removeTag(id, from: ada.version, in: ada.workspace), as: eve) == 0)
        #expect(try await database.run(.removeTag(id, from: ada.pipeline, in: ada.workspace), as: eve) == 0)
        #expect(try await pipelines(tagged: "", as: ada).contains(ada.pipeline))
    }

    @Test func `a tag goes with its maker or an administrator, and only while nobody uses it`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        let (id, _) = try await tag(by: ada)
        _ = try await put(id, on: eve)
        let used = await databaseError { _ = try await database.run(.deleteTag(id), as: ada) }
        #expect(used?.violates(.modelVersionTagsTag) == true || used?.violates(.pipelineTagsTag) == true)
        _ = try await database.run(
            .removeTag(id, from: eve.version, in: eve.workspace), .removeTag(id, from: eve.pipeline, in: eve.workspace),
            as: eve)
        #expect(try await database.run(.deleteTag(id), as: eve) == 0)
        #expect(try await database.run(.deleteTag(id), as: ada) == 1)
        #expect(try await database.run(.tag(id), as: ada) == nil)
        let (other, _) = try await tag(by: ada)
        try await TestDatabase.psql("update users set is_admin = true where id = '\(eve.userID)'")
        #expect(try await database.run(.deleteTag(other), as: eve) == 1)
    }

    @Test func `nobody makes a tag in another's name, and a text is there once`() async throws {
        let ada = try await WorkspaceFixture.make(database)
        let eve = try await WorkspaceFixture.make(database)
        let (id, text) = try await tag(by: ada)
        let forged = Query<TagID>.insertTag(TagText(unchecked: "x\(id)"), by: ada.userID, at: WorkspaceFixture.time)
        #expect(await databaseError { _ = try await database.run(forged, as: eve) }?.sqlState == "42501")
        let again = Query<TagID>.insertTag(TagText(unchecked: text), by: eve.userID, at: WorkspaceFixture.time)
        #expect(await databaseError { _ = try await database.run(again, as: eve) }?.violates(.tagsText) == true)
        let gone = TagID(rawValue: .max)
        let missing = await databaseError {
            _ = try await database.run(.addTag(gone, to: ada.version, in: ada.workspace), as: ada)
        }
        #expect(missing?.violates(.modelVersionTagsTag) == true)
    }

    /// What a search for `term` makes of a tag with `text`.
    struct Search: CustomTestStringConvertible {
        let text: String
        let term: String
        let isFound: Bool
        var testDescription: String { "\(term) in \(text)" }
    }

    static let searches = [
        Search(text: "My Great Tag", term: "great", isFound: true),
        Search(text: "My Great Tag", term: "Y GREAT t", isFound: true),

        Search(text: "My Great Tag", term: "greta", isFound: false),
        Search(text: "100% sure", term: "0% S", isFound: true), Search(text: "100 sure", term: "0%s", isFound: false),
        Search(text: "a_b", term: "A_B", isFound: true), Search(text: "axb", term: "a_b", isFound: false),
        Search(text: "back\\slash", term: "\\", isFound: true), Search(text: "quote'", term: "'", isFound: true),
        Search(text: "\u{c9}TAGE", term: "\u{e9}tage", isFound: true),
    ]

    @Test(.proves("TAG-06", "TAG-09", "TAG-11"), arguments: searches)
    func `a search takes any part of a tag, regardless of case, and knows no wildcards`(search: Search) async throws {
        let ada = try await WorkspaceFixture.make(database)
        let (id, _) = try await tag(search.text, by: ada)
        #expect(try await versions(tagged: search.term, as: ada).isEmpty)
        _ = try await put(id, on: ada)
        #expect(try await versions(tagged: search.term, as: ada) == (search.isFound ? [ada.version] : []))
        #expect(try await pipelines(tagged: search.term, as: ada) == (search.isFound ? [ada.pipeline] : []))
    }
}
