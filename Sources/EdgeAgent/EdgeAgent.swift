package import Domain
import Logging

/// The three things that the process on a node can be asked for. Each takes the persist directory's lock for as long as
/// it changes something there.
package struct EdgeAgent: Sendable {
    /// How the agent is set up.
    package struct Settings: Sendable {
        /// Everything that has to survive a restart (EDGE-17).
        package var persistDirectory: String
        /// `EDGE_BUNDLE` as it was given; not needed once there is an identity.
        package var bundle: Secret<String>?
        /// PEM certificates to trust at the join instead of the system's.
        package var caFile: String?
        package var log = WriteAheadLog.Options()
        /// At the cap drop the oldest records instead of waiting with reading.
        package var dropsOldest = false
        package init(persistDirectory: String) { self.persistDirectory = persistDirectory }
    }

    /// How the agent came to its identity.
    package struct Joined: Sendable {
        package let stored: StoredIdentity
        /// False when the identity was there already.
        package let isNew: Bool
    }

    /// What `ship` did.
    package struct Shipped: Sendable {
        package let summary: LogShipper.Summary
        package let input: RecordReader.Summary
        /// Records that the size cap dropped.
        package let dropped: Int64
    }

    /// What `status` tells.
    package struct Status: Sendable {
        package let identity: EdgeIdentity?
        package let log: LogStatus?
    }

    private let settings: Settings
    private let context: AgentContext

    package init(_ settings: Settings, _ context: AgentContext) {
        self.settings = settings
        self.context = context
    }

    private var store: IdentityStore { IdentityStore(persistDirectory: settings.persistDirectory) }
    private var logDirectory: String { settings.persistDirectory + "/wal" }

    /// Makes sure there is an identity. A token that made the stored identity is not presented again (ESRV-06); a
    /// bundle with another token makes a new identity, because that is how an operator renews one.
    /// - Parameter onJoin: called when the control plane has accepted the node and the identity is on the disk.
    package func join(onJoin: @Sendable () -> Void = {}) async throws -> Joined {
        try Files.makeDirectory(settings.persistDirectory)
        let lock = try DirectoryLock(settings.persistDirectory)
        defer { withExtendedLifetime(lock) {} }
        return try await identity(onJoin)
    }

    private func identity(_ onJoin: @Sendable () -> Void) async throws -> Joined {
        let bundle = try bundle()
        if let stored = try store.load() {
            let fingerprint = bundle.map { JoinKey.fingerprint(of: $0.joinToken) }
            if fingerprint == nil || fingerprint == stored.identity.joinFingerprint {
                context.logger.info(
                    "Using the stored identity", metadata: ["edge.id": "\(stored.identity.edgeID)"])
                return Joined(stored: stored, isNew: false)
            }
        }
        guard let bundle else {
            throw EdgeAgentError(
                .configuration,
                "\(settings.persistDirectory) holds no identity, and there is no EDGE_BUNDLE to join with")
        }
        let attestor = Attestor(bundle: bundle, store: store, caFile: settings.caFile, context: context)
        _ = try await attestor.join()
        guard let stored = try store.load() else {
            throw EdgeAgentError(.storage, "the identity was not kept in \(settings.persistDirectory)")
        }
        onJoin()
        return Joined(stored: stored, isNew: true)
    }

    private func bundle() throws(EdgeAgentError) -> EdgeBundle? {
        guard let text = settings.bundle?.reveal(), text.contains(where: { !$0.isWhitespace }) else { return nil }
        do {
            return try EdgeBundle(base64: text)
        } catch {
            guard case .invalid(let fields) = error, let field = fields.first else {
                throw EdgeAgentError(.configuration, "the EDGE_BUNDLE is not usable")
            }
            throw EdgeAgentError(.configuration, "the EDGE_BUNDLE is not usable: \(field.field): \(field.detail)")
        }
    }

    /// Joins if needed, takes the input's records into the log and ships until the log is empty.
    /// - Parameters:
    ///   - input: a path or `-`; `nil` ships what the log holds.
    ///   - again: read the file from its beginning although it was taken in before.
    ///   - onProgress: after each batch; `known` is how many records there are to ship, as far as they have been read.
    package func ship(
        _ input: String?, again: Bool = false, onJoin: @Sendable () -> Void = {},
        onProgress: @escaping @Sendable (LogShipper.Summary, _ known: Int64) -> Void = { _, _ in }
    ) async throws -> Shipped {
        let file = try input.map { name throws(EdgeAgentError) in try InputFile(name) }
        try Files.makeDirectory(settings.persistDirectory)
        let lock = try DirectoryLock(settings.persistDirectory)
        defer { withExtendedLifetime(lock) {} }
        let stored = try await identity(onJoin).stored
        let deadLetters = DeadLetters(persistDirectory: settings.persistDirectory)
        let queue = try openQueue(for: stored.identity, deadLetters)
        let start = await queue.acknowledgedIndex
        let reader = file.map { RecordReader($0, into: queue, ignoresPosition: again) }
        // Not a child task: when shipping fails for good, nobody waits for a standard input that may never end.
        let reading = Task {
            let summary = await reader?.run() ?? RecordReader.Summary()
            await queue.close()
            return summary
        }
        do {
            let summary = try await HTTP.withClient(BatchClient.tls(for: stored)) { client in
                let sender = BatchClient(stored.identity, client: client, time: context.time)
                let shipper = LogShipper(
                    queue: queue, deadLetters: deadLetters, expiresAt: stored.identity.expiresAt, context: context,
                    send: { try await sender.send($0) },
                    onProgress: { onProgress($0, await queue.durableIndex - start) })
                return try await shipper.run()
            }
            return Shipped(summary: summary, input: await reading.value, dropped: await queue.droppedRecords)
        } catch {
            await queue.close()
            throw error
        }
    }

    private func openQueue(
        for identity: EdgeIdentity, _ deadLetters: DeadLetters
    ) throws(EdgeAgentError) -> LogQueue {
        var log = try WriteAheadLog(
            directory: logDirectory, options: settings.log, time: context.time, random: context.random)
        for note in log.recoveryNotes { context.logger.warning("\(note)") }
        let owner = try Files.contents(logDirectory + "/edge").map { String(decoding: $0, as: UTF8.self) }
        if owner != identity.edgeID {
            // The server knows nothing of the numbers that another edge has used.
            if owner != nil { try log.beginEpoch() }
            try Files.replace(logDirectory + "/edge", with: Array(identity.edgeID.utf8))
        }
        for name in try deadLetters.names() { log.refuse(epoch: name.epoch, sequence: name.seq) }
        let room = settings.dropsOldest ? nil : min(settings.log.capBytes / 2, 64 << 20)
        return LogQueue(log, roomBytes: room)
    }

    /// Looks without touching anything, also while an agent is at work.
    package func status() throws(EdgeAgentError) -> Status {
        let identity = Files.exists(settings.persistDirectory) ? try store.load()?.identity : nil
        return Status(identity: identity, log: try LogStatus(directory: logDirectory))
    }
}
