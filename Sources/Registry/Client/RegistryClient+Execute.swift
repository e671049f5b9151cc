import AsyncHTTPClient
import Domain
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1

extension RegistryClient {
    /// Sends a request: authentication, deadline, redirects, bounded retries, expected status, decoded errors.
    func execute(_ request: RegistryRequest) async throws(RegistryError) -> RegistryResponse {
        do throws(RegistryError) {
            guard request.retryable, request.body.canRestart else { return try await checked(request) }
            return try await retrying(request.operation) { () async throws(RegistryError) in
                try await self.checked(request)
            }
        } catch {
            throw isActing ? error.ofSomebodyElse : error
        }
    }

    /// One try, and a look at the digest that the answer names.
    private func checked(_ request: RegistryRequest) async throws(RegistryError) -> RegistryResponse {
        let response = try await attempt(request)
        let digest: Digest
        switch request.naming {
        case .any: return response
        case .only(let ours): digest = ours
        case .body: digest = Digest(hashing: response.bytes)
        }
        guard [200, 201, 204].contains(response.status), let text = response.contentDigest,
            text.hasPrefix("sha256:"), text != digest.description
        else { return response }
        throw RegistryError(.headerMismatch, request.operation, reason: "the registry names another digest")
    }

    /// Runs an operation until it succeeds, fails for good, or `RetryPolicy.attempts` are used up.
    /// - Parameter also: further failures that are worth another try, such as an upload session that was lost.
    func retrying<Value: Sendable>(
        _ operation: String, also: Set<RegistryError.Code> = [],
        _ body: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        var attempt = 1
        let start = time.now()
        while true {
            do {
                return try await body()
            } catch {
                let mayTryAgain =
                    attempt < settings.retry.attempts
                    && time.now().timeIntervalSince(start) < settings.retry.patienceSeconds
                    && (error.retryAfter ?? .zero) <= settings.retry.longestRetryAfter
                guard error.isTransient || also.contains(error.code), mayTryAgain else { throw error }
                let pause = settings.retry.pause(after: attempt, retryAfter: error.retryAfter, random: random)
                logger.debug(
                    "registry request failed, trying again",
                    metadata: ["operation": "\(operation)", "attempt": "\(attempt)", "code": "\(error.code.rawValue)"])
                guard (try? await clock.sleep(for: pause)) != nil else {
                    throw RegistryError(.cancelled, operation, reason: "cancelled while waiting to try again")
                }
                attempt += 1
            }
        }
    }

    /// One try, which follows redirects and answers one challenge, or more when tokens run out in between.
    private func attempt(_ request: RegistryRequest) async throws(RegistryError) -> RegistryResponse {
        var url = try resolve(request)
        var answered = 0
        var isHome = true
        for _ in 0..<8 {
            // Credentials belong to the registry's own origin, wherever a Location or a redirect leads. Nor does another
            // host decide what is asked with them: who was sent away and comes back goes without.
            isHome = isHome && Origin(url) == origin
            let authorization = isHome ? try await authorization(request) : nil
            let response = try await send(request, to: url, authorization: authorization)
            let status = Int(response.status.code)
            if status == 401, isHome, answered == 0 || (answered < 4 && Authenticator.ranOut(response.headers)) {
                answered += 1
                try authenticator.learn(from: response.headers, scopes: request.scopes, operation: request.operation)
                if request.body.canRestart {
                    _ = await collect(response.body, upTo: 64 << 10)
                    continue
                }
                if authorization?.hasPrefix("Bearer ") == true {
                    throw RegistryError(
                        .unavailable, request.operation, reason: "the token ran out on the way", status: status)
                }
            }
            if let next = try redirect(response, from: url, request) {
                _ = await collect(response.body, upTo: 64 << 10)
                url = next
                continue
            }
            return try await finish(request, response, url)
        }
        throw RegistryError(.protocolViolation, request.operation, reason: "too many redirects")
    }

    private func resolve(_ request: RegistryRequest) throws(RegistryError) -> URL {
        switch request.target {
        case .url(let url): return url
        case .path(let path):
            guard let url = URL(string: "\(settings.baseURL)/v2/\(path)") else {
                throw RegistryError(.protocolViolation, request.operation, reason: "a path that is not a URL")
            }
            return url
        }
    }

    private func redirect(
        _ response: HTTPClientResponse, from url: URL, _ request: RegistryRequest
    ) throws(RegistryError) -> URL? {
        let status = response.status.code
        guard [301, 302, 303, 307, 308].contains(status), !request.expecting.contains(Int(status)) else { return nil }
        let isRead = request.method == .GET || request.method == .HEAD
        guard isRead || (status >= 307 && request.body.canRestart),
            let location = response.headers.first(name: "Location")
        else { return nil }
        let next = try url.following(location, request.operation)
        guard isRead || Origin(next) == Origin(url) else {
            throw RegistryError(
                .protocolViolation, request.operation, reason: "a redirect of a change to another host",
                status: Int(status))
        }
        return next
    }

    private func send(
        _ request: RegistryRequest, to url: URL, authorization: String?
    ) async throws(RegistryError) -> HTTPClientResponse {
        var message = HTTPClientRequest(url: url.absoluteString)
        message.method = request.method
        message.headers.add(name: "User-Agent", value: "drover")
        for (name, value) in request.headers { message.headers.add(name: name, value: value) }
        if let authorization { message.headers.replaceOrAdd(name: "Authorization", value: authorization) }
        switch request.body {
        case .none: break
        case .bytes(let bytes): message.body = .bytes(ByteBuffer(bytes: bytes))
        case .restartable(let make): message.body = make()
        case .once(let body): message.body = body
        }
        let limit = request.limit ?? (request.isTransfer ? settings.timeouts.transfer : settings.timeouts.request)
        return try await transport(message, request.operation, limit)
    }

    /// The one call into the HTTP library; its errors become ours.
    private func transport(
        _ message: HTTPClientRequest, _ operation: String, _ limit: Duration
    ) async throws(RegistryError) -> HTTPClientResponse {
        do {
            return try await http.execute(message, timeout: limit.timeAmount)
        } catch let error as RegistryError {
            throw error
        } catch is CancellationError {
            throw RegistryError(.cancelled, operation, reason: "cancelled")
        } catch let error as HTTPClientError where error == .cancelled && Task.isCancelled {
            throw RegistryError(.cancelled, operation, reason: "cancelled")
        } catch {
            throw RegistryError(.unavailable, operation, reason: "no answer from the registry: \(Self.kind(error))")
        }
    }

    /// The error's type and no more: its text may hold addresses.
    private static func kind(_ error: any Error) -> String {
        (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
    }

    private func finish(
        _ request: RegistryRequest, _ response: HTTPClientResponse, _ url: URL
    ) async throws(RegistryError) -> RegistryResponse {
        let status = Int(response.status.code)
        guard request.expecting.contains(status) else {
            let body = await collect(response.body, upTo: 64 << 10) ?? []
            throw ErrorDecoding.error(
                operation: request.operation, status: status, body: body,
                retryAfter: RetryPolicy.retryAfter(response.headers.first(name: "Retry-After"), now: time.now()))
        }
        guard let limit = request.collectUpTo else {
            return RegistryResponse(
                status: status, headers: response.headers, url: url, bytes: [], stream: response.body)
        }
        guard let bytes = await collect(response.body, upTo: limit) else {
            throw RegistryError(.unavailable, request.operation, reason: "the answer broke off or was too long")
        }
        return RegistryResponse(status: status, headers: response.headers, url: url, bytes: bytes, stream: nil)
    }

    /// The body's bytes, or `nil` when it breaks off or is too long. Reading it gives the connection back.
    private func collect(_ body: HTTPClientResponse.Body, upTo limit: Int) async -> [UInt8]? {
        guard let buffer = try? await body.collect(upTo: limit) else { return nil }
        return Array(buffer: buffer)
    }

    /// The header to send, after asking the token server when that is how the registry works.
    private func authorization(_ request: RegistryRequest) async throws(RegistryError) -> String? {
        switch authenticator.ready(request.scopes) {
        case .header(let value): return value
        case .needsToken(let server):
            let operation = "GET token for \(request.operation)"
            let message = authenticator.tokenRequest(server, scopes: request.scopes)
            let response = try await transport(message, operation, settings.timeouts.request)
            let bytes = await collect(response.body, upTo: 1 << 20) ?? []
            guard response.status == .ok else {
                let refused = [400, 401, 403].contains(response.status.code)
                throw RegistryError(
                    refused ? .unauthorized : .unavailable, operation, reason: "the token server gave no token",
                    status: Int(response.status.code))
            }
            guard let answer = try? JSONDecoder().decodeForeign(TokenAnswer.self, from: Data(bytes)),
                let token = answer.token ?? answer.access_token
            else { throw RegistryError(.protocolViolation, operation, reason: "an answer without a token") }
            authenticator.store(answer, for: request.scopes)
            return "Bearer \(token)"
        }
    }
}

extension RegistryError {
    /// As whom it concerns must read it: their account is refused, not the server's.
    fileprivate var ofSomebodyElse: RegistryError {
        guard code == .unauthorized || code == .denied else { return self }
        return RegistryError(
            .credentialsRefused, operation, reason: "the registry refuses the workspace's credentials", status: status,
            details: details, retryAfter: retryAfter)
    }
}
