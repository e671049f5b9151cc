import AsyncHTTPClient
package import Domain
import FoundationEssentials
package import NIOCore
import NIOHTTP1

/// A blob that an upload left in the registry.
package struct UploadedBlob: Hashable, Sendable {
    package let digest: Digest
    /// In bytes.
    package let size: Int64
    /// Whether bytes went to the registry; false when it had the blob.
    package let wasSent: Bool

    package init(digest: Digest, size: Int64, wasSent: Bool) {
        self.digest = digest
        self.size = size
        self.wasSent = wasSent
    }
}

/// What `upload` does with the stream when the registry has the expected blob.
package enum PresentBlob: Sendable {
    /// Reads the stream to its end and compares its digest; sends nothing.
    case verify
    /// Does not read the stream at all.
    case trust
}

extension RegistryClient {
    /// Stores a stream as a blob and hashes it on the way. Memory stays flat and the source is read only as fast as the
    /// registry takes the bytes. `RegistrySettings.uploadMode` decides how it travels; in one PUT when that is
    /// monolithic and length and digest are known.
    /// - Parameters:
    ///   - length: the number of bytes, if known; a source that gives another number fails the upload.
    ///   - expected: the digest, if known; a present blob is then not sent again, and other bytes are refused.
    /// - Throws: `RegistryError` (`digestMismatch`, `lengthMismatch`, `tooLarge`, …) or the source's own error. The
    ///   upload is cancelled then and leaves no blob, and no bytes either, but where the registry can't be told that a
    ///   PUT of announced length has ended.
    package func upload<Source: AsyncSequence & Sendable>(
        _ source: Source, length: Int64? = nil, expected: Digest? = nil, whenPresent: PresentBlob = .verify,
        to repository: RepositoryName
    ) async throws -> UploadedBlob where Source.Element == ByteBuffer {
        if let expected, let size = try await blobExists(repository, expected) {
            if case .verify = whenPresent { try await Self.verify(source, length: length, is: expected) }
            return UploadedBlob(digest: expected, size: size, wasSent: false)
        }
        switch settings.uploadMode {
        case .stream: return try await stream(source, length, expected, repository)
        case .monolithic:
            if let length, let expected { return try await single(source, length, expected, repository) }
            return try await spool(source, length, expected, repository)
        }
    }

    /// Stores a file that is on disk already, without another copy of it: it is read once to be hashed, and again to be
    /// sent.
    /// - Parameter source: the file's `chunks` on their way through whoever may refuse them.
    /// - Throws: `RegistryError`, or the source's own error; nothing is stored then.
    package func upload<Source: AsyncSequence & Sendable>(
        _ file: SpoolFile, readAs source: Source, to repository: RepositoryName
    ) async throws -> UploadedBlob where Source.Element == ByteBuffer {
        let transfer = Transfer()
        for try await _ in MeasuredBody(source: source, length: file.size, transfer: transfer) {}
        guard let (digest, size) = transfer.result else {
            throw RegistryError(.lengthMismatch, "read file", reason: "the file was not read to its end")
        }
        let outcome = try await putBlob(repository, file: file.reader, digest: digest, size: size)
        return UploadedBlob(digest: digest, size: size, wasSent: outcome == .sent)
    }

    /// Opens an upload session. Small and repeatable, so it also gets the token that the large request will carry.
    func startUpload(_ repository: RepositoryName) async throws(RegistryError) -> UploadSession {
        let response = try await execute(
            RegistryRequest(
                operation: "POST upload", method: .POST, target: .path("\(repository)/blobs/uploads/"),
                headers: [("Content-Length", "0")], scopes: [.push(repository)], expecting: [202]))
        return try session(response, repository, "POST upload")
    }

    /// Ends a session with the PUT that names the digest and carries the given rest of the bytes.
    func close(
        _ session: UploadSession, _ digest: Digest, size: Int64, _ body: RegistryRequest.Body
    ) async throws(RegistryError) {
        let target = try session.location.appendingQuery("digest=\(digest.escaped)", "PUT blob")
        var request = RegistryRequest(
            operation: "PUT blob", method: .PUT, target: .url(target),
            headers: [("Content-Type", MediaType.octetStream.rawValue)], body: body,
            scopes: [.push(session.repository)], expecting: [201, 204])
        if size == 0 { request.body = .none }
        if case .none = request.body { request.headers.append(("Content-Length", "0")) }
        // Sessions end with a failed PUT that had a body; the caller starts again with a new one.
        if case .none = body { request.retryable = true } else { request.retryable = false }
        request.isTransfer = true
        request.naming = .only(digest)
        _ = try await execute(request)
    }

    /// Gives a session up, as well as that works: registries also forget sessions by themselves. To docker-registry the
    /// location is of use only while it says how many bytes have come: after a request that broke off on the way, each
    /// one is answered with 404, and the bytes stay until its upload purging.
    func cancel(_ session: UploadSession) async {
        var request = RegistryRequest(
            operation: "DELETE upload", method: .DELETE, target: .url(session.location),
            scopes: [.push(session.repository)], expecting: [200, 202, 204, 404])
        request.retryable = false
        // A registry that hangs must not hold up whoever gave up because of that.
        request.limit = .seconds(3)
        // A task of its own, because the reason may be that this one was cancelled.
        await Task { [request] in _ = try? await execute(request) }.value
    }

    func session(
        _ response: RegistryResponse, _ repository: RepositoryName, _ operation: String
    ) throws(RegistryError) -> UploadSession {
        guard let location = response.headers.first(name: "Location") else {
            throw RegistryError(.protocolViolation, operation, reason: "an upload without a Location")
        }
        return UploadSession(repository: repository, location: try response.url.following(location, operation))
    }

    /// One PUT with the known length and digest. The source passes once, so it is not tried again; when only the answer
    /// was lost, the blob itself is the answer.
    private func single<Source: AsyncSequence & Sendable>(
        _ source: Source, _ length: Int64, _ expected: Digest, _ repository: RepositoryName
    ) async throws -> UploadedBlob where Source.Element == ByteBuffer {
        let session = try await startUpload(repository)
        let transfer = Transfer()
        let blob = UploadedBlob(digest: expected, size: length, wasSent: true)
        do {
            let body = MeasuredBody(source: source, length: length, transfer: transfer)
            try await send(WithheldEnd(source: body, digest: expected, transfer: transfer), length, transfer) {
                stream in
                try await self.close(session, expected, size: length, .once(stream))
            }
            guard transfer.result != nil else { throw Self.answeredEarly("PUT blob") }
            return blob
        } catch {
            await cancel(session)
            if let failure = Self.reason(transfer) { throw failure }
            guard transfer.result?.digest == expected, try await blobExists(repository, expected) == length else {
                throw error
            }
            return blob
        }
    }

    /// One PATCH of unannounced length, which can end at any time, and an empty PUT.
    private func stream<Source: AsyncSequence & Sendable>(
        _ source: Source, _ length: Int64?, _ expected: Digest?, _ repository: RepositoryName
    ) async throws -> UploadedBlob where Source.Element == ByteBuffer {
        let place = UploadPlace(try await startUpload(repository))
        let transfer = Transfer()
        do {
            let body = MeasuredBody(source: source, length: length, transfer: transfer)
            try await send(body, nil, transfer) { stream in try await self.patch(place, stream, transfer) }
            guard let sent = transfer.result else { throw Self.answeredEarly("PATCH blob") }
            guard expected == nil || expected == sent.digest else { throw Self.otherBytes("PATCH blob") }
            try await finish(place.session, sent)
            return UploadedBlob(digest: sent.digest, size: sent.size, wasSent: true)
        } catch {
            await cancel(place.session)
            throw Self.reason(transfer) ?? error
        }
    }

    /// The source's error says more than the request that it broke; its cancellation says less.
    private static func reason(_ transfer: Transfer) -> (any Error)? {
        transfer.failure.flatMap { $0 is CancellationError ? nil : $0 }
    }

    private static func answeredEarly(_ operation: String) -> RegistryError {
        RegistryError(.protocolViolation, operation, reason: "answered before the end of the bytes")
    }

    private static func otherBytes(_ operation: String) -> RegistryError {
        RegistryError(.digestMismatch, operation, reason: "the bytes do not hash to their digest")
    }

    /// Reads the source in one task and sends it in another; whichever fails first stops the other, and both have ended
    /// when this returns. When the source fails, or the task is cancelled, a body of unknown length ends there as if
    /// that were all; one of known length breaks off.
    private func send<Body: AsyncSequence & Sendable>(
        _ body: Body, _ length: Int64?, _ transfer: Transfer,
        _ request: @escaping @Sendable (HTTPClientRequest.Body) async throws -> Void
    ) async throws where Body.Element == ByteBuffer {
        let handoff = Handoff(capacity: 256 << 10, endsWell: length == nil)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { handoff.end(.failure(CancellationError())) }
            group.addTask {
                do {
                    for try await buffer in body { try await handoff.send(buffer) }
                    handoff.end(.success(()))
                } catch {
                    handoff.end(.failure(error))
                    throw error
                }
                return false
            }
            group.addTask {
                let stream = self.paced(handoff)
                if let length {
                    try await request(.stream(stream, length: .known(length)))
                } else {
                    try await self.toItsEnd(handoff) { try await request(.stream(stream, length: .unknown)) }
                }
                return true
            }
            while let isAnswer = try await group.next() {
                // The registry can count. The source has yet to say that it has ended, or why it has not: who inspects
                // what passes may take some time over its last words.
                let hasAll = transfer.result != nil || (length != nil && (transfer.wholeSize != nil || length == 0))
                guard isAnswer, !hasAll else { continue }
                // An answer before the end of the bytes: nothing more is wanted from the source.
                group.cancelAll()
                return
            }
        }
    }

    /// Runs a request that ends well when it is cancelled: the handoff ends, and the registry has some seconds to
    /// answer.
    private func toItsEnd(
        _ handoff: Handoff, _ request: @escaping @Sendable () async throws -> Void
    ) async throws {
        let task = Task { try await request() }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            handoff.end(.failure(CancellationError()))
            Task {
                try? await clock.sleep(for: .seconds(10))
                task.cancel()
            }
        }
        try Task.checkCancellation()
    }

    private func patch(
        _ place: UploadPlace, _ body: HTTPClientRequest.Body, _ transfer: Transfer
    ) async throws(RegistryError) {
        let session = place.session
        var request = RegistryRequest(
            operation: "PATCH blob", method: .PATCH, target: .url(session.location),
            headers: [("Content-Type", MediaType.octetStream.rawValue)], body: .once(body),
            // 201 is ECR's.
            scopes: [.push(session.repository)], expecting: [201, 202, 204])
        request.isTransfer = true
        let response: RegistryResponse
        do {
            response = try await execute(request)
        } catch {
            guard let status = error.status, [400, 405, 411, 413, 416, 501].contains(status) else { throw error }
            throw RegistryError(
                .noStreams, "PATCH blob", reason: Self.streamsRefused, status: status, details: error.details)
        }
        place.move(to: try self.session(response, session.repository, "PATCH blob"))
        if let range = response.headers.first(name: "Range"), let size = transfer.result?.size ?? transfer.wholeSize,
            size > 0, !range.hasSuffix("0-\(size - 1)")
        {
            throw RegistryError(.noStreams, "PATCH blob", reason: Self.streamsRefused, status: response.status)
        }
    }

    /// GHCR takes no PATCH above 4 MiB, Google's registries none in parts, and ECR's says that it took other bytes.
    private static var streamsRefused: String {
        "the registry did not take a stream; set oci.upload.mode to monolithic"
    }

    /// The empty PUT that turns the session into a blob. When its answer was lost, the blob itself is the answer.
    private func finish(
        _ session: UploadSession, _ sent: (digest: Digest, size: Int64)
    ) async throws(RegistryError) {
        do {
            try await close(session, sent.digest, size: sent.size, .none)
        } catch {
            guard error.code == .uploadInvalid || error.code == .notFound,
                try await blobExists(session.repository, sent.digest) == sent.size
            else { throw error }
        }
    }

    private func spool<Source: AsyncSequence & Sendable>(
        _ source: Source, _ length: Int64?, _ expected: Digest?, _ repository: RepositoryName
    ) async throws -> UploadedBlob where Source.Element == ByteBuffer {
        let limit = settings.spool.limitBytes
        let tooLarge = RegistryError(.tooLarge, "spool blob", reason: "over the limit of the spool file")
        if let length, length > limit { throw tooLarge }
        let file = try BlobFile.spool(in: settings.spool.directory, random: random)
        let transfer = Transfer()
        var offset: Int64 = 0
        for try await buffer in MeasuredBody(source: source, length: length, transfer: transfer) {
            guard offset + Int64(buffer.readableBytes) <= limit else { throw tooLarge }
            try await file.write(buffer, at: offset)
            offset += Int64(buffer.readableBytes)
        }
        guard let spooled = transfer.result, expected == nil || expected == spooled.digest else {
            throw RegistryError(.digestMismatch, "spool blob", reason: "the bytes do not hash to their digest")
        }
        let outcome = try await putBlob(repository, file: file, digest: spooled.digest, size: spooled.size)
        return UploadedBlob(digest: spooled.digest, size: spooled.size, wasSent: outcome == .sent)
    }

    /// Reads a stream only to see what it hashes to.
    private static func verify<Source: AsyncSequence & Sendable>(
        _ source: Source, length: Int64?, is expected: Digest
    ) async throws where Source.Element == ByteBuffer {
        let transfer = Transfer()
        for try await _ in MeasuredBody(source: source, length: length, transfer: transfer) {}
        guard transfer.result?.digest == expected else {
            throw RegistryError(.digestMismatch, "read body", reason: "the bytes do not hash to their digest")
        }
    }
}
