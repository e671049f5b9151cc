package import Domain
package import FoundationEssentials
package import Persistence

/// Has removed what a survey found. The servers' workers do it, each after it has looked again whether a row names
/// something by now, and no earlier than after the grace: a version is recorded shortly after its manifest was put.
package struct Collection: Sendable {
    let database: Database
    let time: any TimeSource

    package init(database: Database, time: any TimeSource) {
        self.database = database
        self.time = time
    }

    /// - Returns: how many jobs were made. What waits for its job already gets no second one.
    /// - Throws: `DatabaseError`.
    package func ask(for findings: [SurveyReport.Finding], graceSeconds: TimeInterval) async throws -> Int {
        let now = time.now()
        let runAt = now + graceSeconds
        let system = database.system(because: "the registry belongs to the instance")
        var made = 0
        for origin in Set(findings.map(\.origin)) {
            switch origin {
            case .model(let id, let name, let workspace):
                made += try await system.run(
                    .insertModelRemoval(id, of: name, in: workspace, at: now, runAt: runAt))
            case .publish(let id):
                made += try await system.run(.askForUnpublish(id, at: now, runAt: runAt))
            }
        }
        return made
    }
}
