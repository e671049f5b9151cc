package import AsyncHTTPClient
package import Domain
package import FoundationEssentials
import NIOCore
package import NIOHTTP1
package import NIOSSL

/// A server's answer with its whole body; at most 256 KiB of it.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3).
    package func retryAfter(now: Date) -> Duration? {
        guard let text = headers.first(name: "Retry-After")?.trimmed else { return nil }
        if let seconds = UInt32(text) { return .seconds(Int64(seconds)) }
        guard let date = HTTPDate.parse(text) else { return nil }
        return .seconds(max(0, date.timeIntervalSince(now)))
    }

    /// The answer as a problem (RFC 9457); empty members when it is none.
    package var problem: Problem { (try? WireJSON.decode(Problem.self, from: body)) ?? Problem() }

    /// What a person should see of a refusal: status, and title and detail of the problem, without control characters.
    package var summary: String {
        let said = [problem.title, problem.detail].compactMap { $0 }.joined(separator: ": ")
        let clean = said.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }
        return "HTTP \(status)" + (clean.isEmpty ? "" : " (\(String(String.UnicodeScalarView(clean)).prefix(300)))")
    }

    /// The members of a problem document that the agent reads.
    package struct Problem: Decodable, Sendable {
        package var title: String?
        package var detail: String?
        /// In the 409 of a gap: where the server's stream ends.
        package var ack: EdgeProtocol.LogAck?
        /// In a refusal because of one record: its sequence number.
        package var record: Int64?
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

/// HTTP over TLS with settings that suit the agent: no redirects, HTTP/1.1, one attempt.
package enum HTTP {
    /// Gives a client for the time of a closure, and shuts it down.
    package static func withClient<Result>(
        _ tls: TLSConfiguration, _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(120))
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// Sends a body and reads the answer.
    package static func post(
        _ url: String, _ headers: HTTPHeaders, _ body: [UInt8], with client: HTTPClient
    ) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: .seconds(300))
        let answer = try await response.body.collect(upTo: 256 << 10)
        return HTTPAnswer(
            status: Int(response.status.code), headers: response.headers, body: Array(answer.readableBytesView))
    }

    /// Whether a failed request failed because the server's certificate is not trusted for its name.
    package static func isUntrusted(_ error: any Error) -> Bool {
        error is NIOSSLExtraError || "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }
}
