import Domain
import Hummingbird
import NIOCore
import Persistence
import Registry
import Synchronization

/// `/healthz` (the process answers), `/readyz` (database and registry answer too) and `/metrics`.
struct HealthRoutes {
    let database: Database
    let registry: RegistryClient
    let metrics: HTTPMetrics

    static let healthy = ["status": "ok"]

    func add(to router: Router<AppContext>) {
        router.get("healthz") { _, _ in Response(json: Self.healthy) }
        router.get("readyz") { _, _ in try await ready() }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: metrics.render() + databaseMetrics())))
        }
    }

    private func ready() async throws -> Response {
        async let database = answers { _ = try await self.database.unscoped(because: "readiness").run(.ping()) }
        async let registry = answers { try await self.registry.ping() }
        let up = await (database: database, registry: registry)
        let all = up.database && up.registry
        let word = { (up: Bool) in up ? "ok" : "unavailable" }
        return Response(
            json: ["status": word(all), "database": word(up.database), "registry": word(up.registry)],
            status: all ? .ok : .serviceUnavailable)
    }

    private func answers(_ check: () async throws -> Void) async -> Bool {
        do {
            try await check()
            return true
        } catch {
            return false
        }
    }

    private func databaseMetrics() -> String {
        let now = database.statistics
        return """
            # TYPE drover_database_connections gauge
            drover_database_connections{kind="pipelined"} \(now.pipelinedConnections)
            drover_database_connections{kind="leased"} \(now.leasedConnections)
            # TYPE drover_database_leases_in_use gauge
            drover_database_leases_in_use \(now.leasesInUse)
            # TYPE drover_database_waiting gauge
            drover_database_waiting{kind="pipelined"} \(now.batchesWaiting)
            drover_database_waiting{kind="leased"} \(now.leasesWaiting)
            # TYPE drover_database_batches_in_flight gauge
            drover_database_batches_in_flight \(now.batchesInFlight)
            # TYPE drover_database_statements_total counter
            drover_database_statements_total \(now.statements)
            # TYPE drover_database_reconnects_total counter
            drover_database_reconnects_total \(now.reconnects)
            # TYPE drover_database_retries_total counter
            drover_database_retries_total \(now.retries)
            # TYPE drover_database_saturations_total counter
            drover_database_saturations_total \(now.saturations)

            """
    }
}
