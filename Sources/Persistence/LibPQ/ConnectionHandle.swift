import CLibPQ
import Glibc

/// Owns a `PGconn`: finished exactly once, when it goes out of scope. Each call is a libpq call of the same name; one
/// thread at a time uses it.
@safe struct ConnectionHandle: ~Copyable {
    let raw: OpaquePointer

    /// Connects and blocks until the server accepts or refuses, at most `connect_timeout` per address.
    /// - Throws: `.unavailable`.
    init(connecting options: ConnectionOptions) throws(DatabaseError) {
        let parameters = CStringList(options.pairs.map(\.0))
        let values = CStringList(options.pairs.map(\.1))
        guard let raw = unsafe PQconnectdbParams(parameters.pointer, values.pointer, 1) else {
            throw DatabaseError(.unavailable, message: "libpq could not allocate a connection")
        }
        guard unsafe PQstatus(raw) == CONNECTION_OK else {
            let message = unsafe String(cString: PQerrorMessage(raw))
            unsafe PQfinish(raw)
            throw DatabaseError(.unavailable, message: message)
        }
        // Notices would go to stderr; errors come back as results.
        _ = unsafe PQsetNoticeProcessor(raw, { _, _ in }, nil)
        unsafe self.raw = raw
    }

    deinit { unsafe PQfinish(raw) }

    var isUp: Bool { unsafe PQstatus(raw) == CONNECTION_OK }
    var isBusy: Bool { unsafe PQisBusy(raw) == 1 }
    var socket: Int32 { unsafe PQsocket(raw) }
    var errorMessage: String { unsafe String(cString: PQerrorMessage(raw)) }
    var transactionStatus: PGTransactionStatusType { unsafe PQtransactionStatus(raw) }

    /// From now on nothing blocks and results come in the order of what was sent.
    func enterPipelineMode() -> Bool {
        unsafe PQsetnonblocking(raw, 1) == 0 && PQenterPipelineMode(raw) == 1
    }

    /// Marks the end of an implicit transaction. libpq 15 also writes what it can.
    func pipelineSync() -> Bool { unsafe PQpipelineSync(raw) == 1 }

    /// Sends what is buffered: 0 done, 1 more to send, -1 failed.
    func flush() -> Int32 { unsafe PQflush(raw) }

    /// Reads what has arrived; false when the connection is lost.
    func consumeInput() -> Bool { unsafe PQconsumeInput(raw) == 1 }

    /// The next result; `nil` at the end of a statement's results.
    func nextResult() -> ResultHandle? {
        guard let result = unsafe PQgetResult(raw) else { return nil }
        return unsafe ResultHandle(result)
    }

    /// One or more statements as text, without parameters. Not in pipeline mode.
    func sendScript(_ text: String) -> Bool { unsafe PQsendQuery(raw, text) == 1 }

    /// One statement as text, with parameters and without a name.
    func sendOnce(_ text: String, _ parameters: [SQLParameter], using buffer: ParameterBuffer) -> Bool {
        unsafe buffer.withParameters(parameters) { count, types, values, lengths, formats in
            unsafe PQsendQueryParams(raw, text, count, types, values, lengths, formats, 1) == 1
        }
    }

    /// Parses and plans a statement under a name.
    func sendPrepare(_ name: String, _ text: String, _ types: [SQLType]) -> Bool {
        unsafe types.map(\.rawValue).withUnsafeBufferPointer { types in
            unsafe PQsendPrepare(raw, name, text, Int32(types.count), types.baseAddress) == 1
        }
    }

    /// Runs a prepared statement; rows come back in binary.
    func sendExecute(_ name: String, _ parameters: [SQLParameter], using buffer: ParameterBuffer) -> Bool {
        unsafe buffer.withParameters(parameters) { count, _, values, lengths, formats in
            unsafe PQsendQueryPrepared(raw, name, count, values, lengths, formats, 1) == 1
        }
    }

    /// Asks the server, over a connection of its own, to cancel what runs here. Blocks for that long; failing is not an
    /// error, because the statement may just have ended.
    func cancel() {
        guard let cancel = unsafe PQgetCancel(raw) else { return }
        var message = [CChar](repeating: 0, count: 256)
        let size = Int32(message.count)
        _ = unsafe message.withUnsafeMutableBufferPointer { unsafe PQcancel(cancel, $0.baseAddress, size) }
        unsafe PQfreeCancel(cancel)
    }
}

/// A null-terminated array of C strings, freed at the end.
@safe private struct CStringList: ~Copyable {
    private let storage: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

    init(_ strings: [String]) {
        unsafe storage = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() {
            unsafe storage.initializeElement(at: index, to: UnsafePointer(strdup(string)))
        }
        unsafe storage.initializeElement(at: strings.count, to: nil)
    }

    var pointer: UnsafePointer<UnsafePointer<CChar>?>? { unsafe UnsafePointer(storage.baseAddress) }

    deinit {
        for index in unsafe storage.indices { unsafe free(UnsafeMutablePointer(mutating: storage[index])) }
        unsafe storage.deallocate()
    }
}
