import AsyncHTTPClient
package import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Requests to a provider over HTTP: no redirects, a deadline for the whole answer, a limit of its size. Must be shut
/// down.
package final class ProviderHTTP: ProviderTransport {
    /// Discovery documents and key sets have a few thousand bytes.
    static let maxAnswerBytes = 256 << 10
    static let deadline = Duration.seconds(5)

    private let configuration: HTTPClient.Configuration
    /// Made with the first request.
    private let client = Mutex<HTTPClient?>(nil)
    private let clock: any Clock<Duration>

    /// - Throws: `Refusal.invalid` for a file without certificates.
    package init(caFile: String?, clock: any Clock<Duration> = ContinuousClock()) throws(Refusal) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caFile {
            guard let found = try? NIOSSLCertificate.fromPEMFile(caFile), !found.isEmpty else {
                throw .invalid("oidc.external.ca.file", "pem_file", "a readable PEM file with at least one certificate")
            }
            tls.additionalTrustRoots = [.certificates(found)]
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3), read: .seconds(5)))
        configuration.httpVersion = .http1Only
        // As many as may exchange codes, and some for keys.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = ExternalSignIn.maxExchanges + 4
        configuration.connectionPool.idleTimeout = .seconds(30)
        self.clock = clock
        self.configuration = configuration
    }

    /// Closes all connections. Nothing can be sent afterwards.
    package func shutdown() async { try? await client.withLock(\.self)?.shutdown() }

    private var http: HTTPClient {
        client.withLock { client in
            if let client { return client }
            let made = HTTPClient(configuration: configuration)
            client = made
            return made
        }
    }

    func send(_ request: ProviderRequest) async throws(ExternalError) -> ProviderAnswer {
        var message = HTTPClientRequest(url: request.url)
        message.headers.add(name: "Accept", value: "application/json")
        if let authorization = request.authorization {
            message.headers.add(name: "Authorization", value: authorization.reveal())
        }
        if let form = request.form {
            message.method = .POST
            message.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            message.body = .bytes(ByteBuffer(string: form.reveal()))
        }
        do {
            return try await inTime(message)
        } catch {
            // The URL may carry nothing secret, but the error's own text may repeat the request.
            throw .unavailable("\(request.url): \(Self.name(of: error))")
        }
    }

    /// The client's own deadline ends with the head of the answer; a body may come in drops.
    private func inTime(_ message: HTTPClientRequest) async throws -> ProviderAnswer {
        try await withThrowingTaskGroup(of: ProviderAnswer?.self) { [http, clock] group in
            group.addTask {
                let answer = try await http.execute(message, timeout: .seconds(5))
                let body = try await answer.body.collect(upTo: Self.maxAnswerBytes)
                return ProviderAnswer(status: Int(answer.status.code), body: Array(body.readableBytesView))
            }
            group.addTask {
                try await clock.sleep(for: Self.deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let answer = first else { throw HTTPClientError.deadlineExceeded }
            return answer
        }
    }

    private static func name(of error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case is NIOTooManyBytesError: "the answer is too long"
        case is CancellationError: "cancelled"
        default: String(describing: type(of: error))
        }
    }
}
