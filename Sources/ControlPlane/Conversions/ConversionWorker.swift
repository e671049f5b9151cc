import Domain
import FoundationEssentials
import Logging
import Persistence
import Processes
import Registry
import ServiceLifecycle

/// Makes uploaded models runnable (MODEL-15, MODEL-20): leases conversions, tries the native form, and falls back to a
/// container. A worker that dies loses its leases, and its sandboxes die with it; whoever takes a conversion next goes
/// on from the state it has.
package struct ConversionWorker: Service {
    let database: Database
    let registryAccess: RegistryAccess
    /// `nil` when the server is not set up for native conversions.
    let native: NativeConverter?
    let quotas: Quotas
    let time: any TimeSource
    let random: any RandomSource
    let clock: any Clock<Duration>
    let logger: Logger
    /// One for each of the two queues.
    let nativeWakeUp = WakeUp()
    let containerWakeUp = WakeUp()
    var limits = ConversionLimits()

    var system: SystemDatabase { database.system(because: "conversions of all workspaces") }

    /// Works until shutdown or cancellation; conversions in hand are then given back.
    package func run() async throws {
        sayWhatIsMissing()
        await cancelWhenGracefulShutdown {
            // Containers don't wait until a slow converter has ended.
            async let containers: Void = dispatch(
                ConversionState.container, limits.concurrentContainers, containerWakeUp)
            await dispatch(ConversionState.native, limits.concurrentJobs, nativeWakeUp)
            await containers
        }
    }

    /// Says that there may be something to do.
    func wake() {
        nativeWakeUp.signal()
        containerWakeUp.signal()
    }

    /// An operator hears of it once, and not only by models that became containers.
    private func sayWhatIsMissing() {
        guard let sandbox = native?.sandbox else { return }
        if let obstacle = sandbox.obstacle {
            logger.error("no native conversions on this server", metadata: ["reason": "\(obstacle)"])
        } else if let weakness = sandbox.weakness {
            logger.warning("conversions are not fully confined", metadata: ["reason": "\(weakness)"])
        }
    }

    /// As `PublishWorker.dispatch`: one task leases for all slots.
    private func dispatch(_ states: [ConversionState], _ places: Int, _ wakeUp: WakeUp) async {
        let slots = Slots(places)
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                if slots.take() {
                    if let job = await lease(states) {
                        group.addTask {
                            await work(job)
                            slots.giveBack()
                            wake()
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
    private func lease(_ states: [ConversionState]) async -> ConversionJob? {
        do {
            return try await shielded {
                let now = time.now()
                return try await system.run(
                    .leaseConversion(random.uuid(), of: states, at: now, until: now + limits.leaseSeconds))
            }
        } catch {
            logger.warning("no conversion can be leased", metadata: ["error": "\(error)"])
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
