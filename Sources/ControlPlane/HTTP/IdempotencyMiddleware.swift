import Auth
import Crypto
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOFoundationCompat
import Persistence
import Synchronization

/// `Idempotency-Key` on POST: the first request runs, later ones with the same key get the same answer, and a key that
/// comes back with another request is refused. Kept for a day, per user. Only successes are kept, so a refused request
/// may be corrected and sent again under its key. Kept answers are sealed, because one may hold a join token, and what
/// tells requests apart is keyed, because one may hold a password that is easy to guess. Answers that hold an API token,
/// which may live for years, are not kept at all.
struct IdempotencyMiddleware: RouterMiddleware {
    let database: Database
    let sealing: SealingKeyring
    let fingerprints: FingerprintKey
    let time: any TimeSource
    let random: any RandomSource

    /// How long a claim without an answer is left alone before a retry may take it over, in seconds.
    static let claimSeconds: TimeInterval = 60
    private static let maxKeptBytes = 256 << 10
    /// Routes whose answers hold a long-lived secret.
    private static let secretSuffix = "/tokens"

    func handle(
        _ request: Request, context: TenantContext, next: @concurrent (Request, TenantContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = request.headers[.idempotencyKey] else {
            return try await next(request, context)
        }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw Refusal.invalid("Idempotency-Key", "length", "1 to 255 visible ASCII characters")
        }
        var request = request
        let fingerprint = try await fingerprint(&request, of: context.principal)
        let claim = IdempotencyClaim(key: key, claim: random.uuid())
        let now = time.now()
        let earlier = try await database.write(as: context.principal) { [principal = context.principal] tx in
            let claimed = try tx.run(
                .claimIdempotencyKey(
                    key: key, fingerprint: fingerprint, claim: claim.claim, user: principal.userID, at: now,
                    abandonedBefore: now.addingTimeInterval(-Self.claimSeconds)))
            return claimed == 1 ? nil : try tx.run(.idempotencyRecord(key: key, user: principal.userID))
        }
        if let earlier { return try answer(earlier, fingerprint: fingerprint, key: key, principal: context.principal) }
        return try await run(request, context, claim, next)
    }

    private func run(
        _ request: Request, _ context: TenantContext, _ claim: IdempotencyClaim,
        _ next: @concurrent (Request, TenantContext) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            response = try await IdempotencyClaim.$current.withValue(claim) { try await next(request, context) }
        } catch {
            // Nothing was applied, or the mark would be there: free the key for a corrected request.
            _ = try? await database.write(as: context.principal) { [principal = context.principal] tx in
                try tx.run(.releaseIdempotencyKey(key: claim.key, claim: claim.claim, user: principal.userID))
            }
            throw error
        }
        guard context.endpointPath?.hasSuffix(Self.secretSuffix) != true else { return response }
        // It is done: trouble with keeping the answer must not make it look undone.
        do {
            return try await keep(response, claim, context.principal)
        } catch {
            context.logger.warning("the answer of an idempotent request was not kept", metadata: ["error": "\(error)"])
            return response
        }
    }

    private func keep(_ response: Response, _ claim: IdempotencyClaim, _ principal: Principal) async throws -> Response
    {
        let buffer = try await response.body.collected(upTo: Self.maxKeptBytes)
        let sealed = try sealing.seal(
            Secret(Array(buffer.readableBytesView)), aad: aad(claim.key, principal), random: random)
        let headers = String(
            decoding: JSONWriter.bytes(
                of: [
                    "content-type": response.headers[.contentType] ?? "application/json",
                    "location": response.headers[.location] ?? "",
                    "etag": response.headers[.eTag] ?? "",
                ]),
            as: UTF8.self)
        let status = Int64(response.status.code)
        _ = try await database.write(as: principal) { tx in
            try tx.run(
                .keepIdempotentAnswer(
                    key: claim.key, claim: claim.claim, user: principal.userID, status: status, headers: headers,
                    sealedBody: sealed))
        }
        return Response(status: response.status, headers: response.headers, body: .init(byteBuffer: buffer))
    }

    private func answer(
        _ earlier: IdempotencyRecord, fingerprint: [UInt8], key: String, principal: Principal
    ) throws -> Response {
        guard earlier.fingerprint == fingerprint else {
            throw Refusal.conflict(.idempotencyKeyReused, "this Idempotency-Key was used with a different request")
        }
        guard let status = earlier.status, let sealed = earlier.sealedBody else {
            throw Refusal.conflict(
                .requestInProgress,
                earlier.applied
                    ? "the request with this Idempotency-Key took effect, but its answer was lost; look the resource up"
                    : "another request with this Idempotency-Key is running")
        }
        let body = try sealing.open(sealed, aad: aad(key, principal)).reveal()
        var headers: HTTPFields = [.idempotencyReplayed: "true"]
        let kept = try JSON.decoder.decode([String: String].self, from: Data((earlier.headers ?? "{}").utf8))
        headers[.contentType] = kept["content-type"]
        if let location = kept["location"], !location.isEmpty { headers[.location] = location }
        if let tag = kept["etag"], !tag.isEmpty { headers[.eTag] = tag }
        return Response(
            status: .init(code: Int(status)), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func aad(_ key: String, _ principal: Principal) -> String {
        SealedPlace.keptAnswer(key: key, of: principal.userID).aad
    }

    /// Of method, path, query and, for JSON, the body; an upload counts by its length and `Content-Digest`. With the
    /// token, if the request came with one: it must not be told what another one of its user may see.
    private func fingerprint(_ request: inout Request, of principal: Principal) async throws -> [UInt8] {
        var hash = SHA256()
        if let token = principal.token { hash.update(data: Data("\(token.id)\n".utf8)) }
        hash.update(data: Data("\(request.method.rawValue) \(request.uri)\n".utf8))
        let isJSON = request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
        if isJSON {
            let buffer = try await request.smallBody(upTo: JSONBody.limit)
            hash.update(data: Data(buffer: buffer))
            request.body = RequestBody(buffer: buffer)
        } else {
            for name in [HTTPField.Name.contentLength, .contentDigest] {
                hash.update(data: Data("\(request.headers[name] ?? "-")\n".utf8))
            }
        }
        return fingerprints.fingerprint(of: Array(hash.finalize()))
    }
}

extension ResponseBody {
    /// The whole body in memory.
    /// - Throws: `NIOTooManyBytesError` over the limit.
    func collected(upTo limit: Int) async throws -> ByteBuffer {
        let writer = CollectingWriter(limit: limit)
        try await write(writer)
        return writer.buffer.withLock { $0 }
    }
}
