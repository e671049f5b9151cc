import Auth
import Domain
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

/// A workspace always has an owner, whatever happens at once.
@Suite(.ownDatabase, .timeLimit(.minutes(4)))
struct WorkspaceOwnerTests {
    /// What two owners do at the same moment, each of which would be fine alone.
    enum Race: CaseIterable {
        case bothLeave, eachRemovesTheOther, bothStepDown, eachDemotesTheOther
    }

    @Test(.proves("WS-10", "WS-11"), arguments: Race.allCases)
    func `of two owners who go at once one stays`(race: Race) async throws {
        try await TestServer.with { server in
            let owners = try await makeOwners(server)
            let workspaces = server.services.workspaces
            for _ in 0..<10 {
                let made = try await workspaces.create(named: try WorkspaceName("race"), by: owners[0])
                _ = try await workspaces.setMember(.id(owners[1].userID), role: .owner, in: made.id, by: owners[0])
                let done = await withTaskGroup(of: Bool.self) { group in
                    for (index, owner) in owners.enumerated() {
                        group.addTask { await act(race, owner, on: owners[1 - index], in: made.id, workspaces) }
                    }
                    return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(done == 1)
                let left = try await TestDatabase.psql(
                    "select count(*) from workspace_members where workspace_id = \(made.id) and role = 'owner'")
                #expect(left.first?.first == "1")
            }
        }
    }

    /// Whether it was done, and not refused.
    private func act(
        _ race: Race, _ owner: Principal, on other: Principal, in id: WorkspaceID, _ workspaces: Workspaces
    ) async -> Bool {
        do {
            switch race {
            case .bothLeave: try await workspaces.removeMember(.id(owner.userID), from: id, by: owner)
            case .eachRemovesTheOther: try await workspaces.removeMember(.email(other.email), from: id, by: owner)
            case .bothStepDown:
                _ = try await workspaces.setMember(.id(owner.userID), role: .collaborator, in: id, by: owner)
            case .eachDemotesTheOther:
                _ = try await workspaces.setMember(.email(other.email), role: .collaborator, in: id, by: owner)
            }
            return true
        } catch {
            #expect(error is Refusal, "\(error)")
            return false
        }
    }

    private func makeOwners(_ server: TestServer) async throws -> [Principal] {
        let admin = try await principal(server, TestServer.email)
        let email = "second@example.com"
        _ = try await server.services.users.create(
            email: try Email(email), name: "second", password: try Password(Secret(TestServer.password)),
            isAdmin: false, by: admin)
        return [admin, try await principal(server, email)]
    }

    private func principal(_ server: TestServer, _ email: String) async throws -> Principal {
        let body = "grant_type=password&client_id=sdk-client&username=\(email)&password=correct%20horse%20battery"
        let answer = try await server.services.sessions.token(for: try TokenRequest(formBody: Array(body.utf8)))
        return try await server.services.authenticator.principal(bearer: answer.accessToken.reveal())
    }
}
