import AsyncHTTPClient
package import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// An upload that the registry opened.
package struct UploadSession: Sendable {
    package let repository: RepositoryName
    /// Where to send the bytes; changes with each request.
    let location: URL
}

/// How a blob came to be in the registry.
package enum PutOutcome: Hashable, Sendable {
    /// It was there; nothing was sent.
    case exists
    case sent
}

/// The answer to a cross-repository mount.
package enum MountOutcome: Sendable {
    case mounted
    /// The registry does not mount this blob and opened an upload instead (202, distribution-spec end-11).
    case uploadStarted(UploadSession)
}

extension RegistryClient {
    /// The blob's size in bytes, or `nil` when the repository does not have it.
    package func blobExists(_ repository: RepositoryName, _ digest: Digest) async throws(RegistryError) -> Int64? {
        var request = RegistryRequest(
            operation: "HEAD blob", method: .HEAD, target: .path("\(repository)/blobs/\(digest)"),
            scopes: [.pull(repository)], expecting: [200, 404])
        request.naming = .only(digest)
        let response = try await execute(request)
        guard response.status == 200 else { return nil }
        return response.headers.first(name: "Content-Length").flatMap { Int64($0) } ?? 0
    }

    /// Makes a blob of another repository of the same registry appear in this one, without sending its bytes.
    package func mount(
        _ repository: RepositoryName, _ digest: Digest, from source: RepositoryName
    ) async throws(RegistryError) -> MountOutcome {
        var request = RegistryRequest(
            operation: "POST mount", method: .POST,
            target: .path("\(repository)/blobs/uploads/?mount=\(digest.escaped)&from=\(source.escaped)"),
            headers: [("Content-Length", "0")], scopes: [.push(repository), .pull(source)], expecting: [201, 202])
        request.naming = .only(digest)
        let response = try await execute(request)
        if response.status == 202 { return .uploadStarted(try session(response, repository, "POST mount")) }
        return .mounted
    }

    /// Stores a small blob from memory, unless it is there.
    package func putBlob(_ repository: RepositoryName, _ bytes: [UInt8]) async throws(RegistryError) -> PutOutcome {
        try await put(repository, Digest(hashing: bytes), size: Int64(bytes.count)) { _ throws(RegistryError) in
            .bytes(bytes)
        }
    }

    /// Stores a blob from a file in one PUT with the known digest and size, unless it is there. The file is hashed again
    /// while it is sent, and read from the start on each try.
    /// - Throws: `digestMismatch` or `lengthMismatch` when the file is not what it is said to be.
    package func putBlob(
        _ repository: RepositoryName, file path: String, digest: Digest, size: Int64
    ) async throws(RegistryError) -> PutOutcome {
        try await putBlob(repository, file: try BlobFile.open(path), digest: digest, size: size)
    }

    func putBlob(
        _ repository: RepositoryName, file: BlobFile, digest: Digest, size: Int64
    ) async throws(RegistryError) -> PutOutcome {
        try await put(repository, digest, size: size) { transfer throws(RegistryError) in
            .restartable {
                .stream(
                    self.paced(MeasuredBody(source: FileChunks(file: file), length: size, transfer: transfer)),
                    length: .known(size))
            }
        }
    }

    /// Stores a blob of another repository through this process, unless it is there: read on one side and sent in one
    /// PUT on the other, both anew on each try.
    /// - Throws: `notFound` when the source does not have it, `digestMismatch` when it has other bytes.
    package func copyBlob(
        _ digest: Digest, size: Int64, from source: RepositoryName, to repository: RepositoryName
    ) async throws(RegistryError) -> PutOutcome {
        try await putBlob(repository, digest, size: size) { () async throws(RegistryError) in
            try await self.getBlob(source, digest)
        }
    }

    /// Stores a blob of known digest and size from a stream that is made anew on each try, unless it is there.
    /// - Throws: `digestMismatch` or `lengthMismatch` when the stream is not what it is said to be.
    func putBlob<Source: AsyncSequence & Sendable>(
        _ repository: RepositoryName, _ digest: Digest, size: Int64,
        _ make: () async throws(RegistryError) -> Source
    ) async throws(RegistryError) -> PutOutcome where Source.Element == ByteBuffer {
        try await put(repository, digest, size: size) { transfer async throws(RegistryError) in
            let body = MeasuredBody(source: try await make(), length: size, transfer: transfer)
            return .once(.stream(self.paced(body), length: .known(size)))
        }
    }

    /// Opens a verified stream of a blob.
    /// - Throws: `notFound`; errors of the stream itself come while reading it.
    package func getBlob(_ repository: RepositoryName, _ digest: Digest) async throws(RegistryError) -> BlobBody {
        var request = RegistryRequest(
            operation: "GET blob", method: .GET, target: .path("\(repository)/blobs/\(digest)"),
            scopes: [.pull(repository)], expecting: [200])
        request.collectUpTo = nil
        let response = try await execute(request)
        guard let body = response.stream else {
            throw RegistryError(.protocolViolation, "GET blob", reason: "no body")
        }
        let size = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
        return BlobBody(digest: digest, size: size, body: body)
    }

    /// HEAD, POST, PUT; the three are tried again as a whole, because a session does not outlive a failed PUT.
    private func put(
        _ repository: RepositoryName, _ digest: Digest, size: Int64,
        _ body: (Transfer) async throws(RegistryError) -> RegistryRequest.Body
    ) async throws(RegistryError) -> PutOutcome {
        try await retrying("PUT blob", also: [.uploadInvalid]) { () async throws(RegistryError) in
            if try await self.blobExists(repository, digest) != nil { return .exists }
            let transfer = Transfer()
            let content = try await body(transfer)
            let session = try await self.startUpload(repository)
            do throws(RegistryError) {
                try await self.close(session, digest, size: size, content)
            } catch {
                await self.cancel(session)
                if let failure = transfer.failure as? RegistryError { throw failure }
                // The header told the truth, and the content is not what it should be.
                if error.code == .headerMismatch, let sent = transfer.result, sent.digest != digest {
                    throw RegistryError(.digestMismatch, "PUT blob", reason: "the content does not hash to its digest")
                }
                // Here a 404 means the session, not the repository.
                if error.code == .notFound {
                    throw RegistryError(.uploadInvalid, "PUT blob", reason: "the upload is gone", status: error.status)
                }
                throw error
            }
            if let sent = transfer.result, sent.digest != digest {
                throw RegistryError(.digestMismatch, "PUT blob", reason: "the file does not hash to its digest")
            }
            return .sent
        }
    }

    /// Bounds what the HTTP library holds of a large body.
    func paced<Source: AsyncSequence & Sendable>(_ source: Source) -> PacedBody<Source>
    where Source.Element == ByteBuffer {
        PacedBody(source: source, loops: Array(http.eventLoopGroup.makeIterator()))
    }
}

extension Digest {
    /// For a query.
    var escaped: String { "sha256%3A\(hex)" }
}

extension RepositoryName {
    /// For a query.
    var escaped: String { description.split(separator: "/").joined(separator: "%2F") }
}
