import Domain
import FoundationEssentials
import Logging
import Persistence
import Registry
import ServiceLifecycle

/// Does publish jobs: leases some, pushes, and ends publish and job in one statement. A worker that dies loses its
/// leases; whoever takes a job next repeats the steps, each of which is content-addressed.
package struct PublishWorker: Service {
    let database: Database
    let registryAccess: RegistryAccess
    let signing: PublishSigning
    let engineImage: EngineImage
    let time: any TimeSource
    let random: any RandomSource
    let clock: any Clock<Duration>
    let logger: Logger
    let wakeUp: WakeUp
    var limits = PublishLimits()

    var system: SystemDatabase { database.system(because: "publish jobs of all workspaces") }

    /// Works until shutdown or cancellation; jobs in hand are then given back, and other replicas can go on at once.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await dispatch() }
    }

    /// Leases jobs for as long as there are some and a slot is free, and then waits. One task leases for all slots: one
    /// signal stands for any number of new jobs, and a slot that gets free gives a signal, too.
    private func dispatch() async {
        let slots = Slots(limits.concurrentJobs)
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                if slots.take() {
                    if let job = await lease() {
                        group.addTask {
                            await work(job)
                            slots.giveBack()
                            wakeUp.signal()
                        }
                        continue
                    }
                    slots.giveBack()
                }
                await wakeUp.wait(atMost: limits.pollInterval, clock: clock)
            }
        }
    }

    /// Not cut off by cancellation: the lease might be granted all the same, with nobody to give it back.
    private func lease() async -> Job? {
        do {
            return try await shielded {
                let now = time.now()
                return try await system.leaseJob(lease: random.uuid(), at: now, until: now + limits.leaseSeconds)
            }
        } catch {
            logger.warning("no publish job can be leased", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Runs something short to its end even in a cancelled task, but for no longer than `settleLimit`.
    func shielded<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
        try await Task {
            try await withDeadline(limits.settleLimit, "the database took too long", clock: clock, body)
        }.value
    }
}
