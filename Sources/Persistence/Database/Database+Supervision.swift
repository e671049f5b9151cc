import Logging

extension Database {
    /// Keeps one pipelined connection up until the task is cancelled.
    func superviseChannel() async {
        await keepUp { () throws(DatabaseError) in
            let connection = try await OSThread.run { () throws(DatabaseError) in
                try PipelinedConnection(
                    ConnectionOptions(self.settings), cacheSize: self.settings.statementCacheSize,
                    counters: self.counters)
            }
            _ = self.reactor.post(.attach(connection))
            for await _ in connection.losses {}
        } onFailure: {
            _ = self.reactor.post(.unreachable)
        }
    }

    /// Keeps one leased connection up until the task is cancelled.
    func supervise(_ worker: LeasedWorker) async {
        await keepUp { () throws(DatabaseError) in
            try await worker.connect(
                ConnectionOptions(self.settings), cacheSize: self.settings.statementCacheSize,
                counters: self.counters)
            self.pool.add(worker)
            for await _ in worker.losses { return }
        } onFailure: {
            self.pool.markUnreachable()
        }
    }

    /// Calls `connect`, which returns when the connection is lost, again and again. Pauses grow while attempts fail or
    /// connections die young.
    func keepUp(
        _ connect: () async throws(DatabaseError) -> Void, onFailure: () -> Void
    ) async {
        var backoff = Backoff(first: .milliseconds(20), limit: .seconds(2), random: random)
        var wasReported = false
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do throws(DatabaseError) {
                try await connect()
                guard !Task.isCancelled else { return }
                logger.warning("a database connection was lost")
                wasReported = false
            } catch {
                onFailure()
                if !wasReported {
                    logger.warning(
                        "cannot connect to the database", metadata: ["db.error": "\(error.debugDescription)"])
                }
                wasReported = true
            }
            if ContinuousClock.now - start > .seconds(10) { backoff.reset() }
            counters.reconnects.add(1)
            try? await clock.sleep(for: backoff.next())
        }
    }
}
