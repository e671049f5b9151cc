import AsyncHTTPClient
package import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// One conversation with one registry. Every request goes below the registry's own address.
package struct MLflowSession: Sendable {
    let http: HTTPClient
    /// The registry's address.
    package let url: ModelRegistryURL
    let token: Secret<String>?
    let clock: any Clock<Duration>

    /// A GET whose answer is JSON of at most `MLflow.maxAnswerBytes`, within `MLflow.deadline` from first to last byte.
    /// - Throws: `MLflowError`.
    func json<Value: Decodable & Sendable>(
        _ type: Value.Type, _ path: String, _ query: [(String, String)]
    ) async throws -> Value {
        var unlimited = Int.max
        return try await json(type, path, query, budget: &unlimited)
    }

    /// The same for one answer of several that are kept.
    /// - Parameter budget: bytes that they may still have together.
    func json<Value: Decodable & Sendable>(
        _: Value.Type, _ path: String, _ query: [(String, String)], budget: inout Int
    ) async throws -> Value {
        let bytes = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { try await document(path + URLText.query(query)) }
            group.addTask {
                try await clock.sleep(for: MLflow.deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let bytes = first else {
                throw MLflowError.unavailable("no whole answer in time")
            }
            return bytes
        }
        budget -= bytes.count
        guard budget >= 0 else { throw MLflowError.unusable("longer than \(MLflow.maxListBytes) bytes") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let value = try? decoder.decodeForeign(Value.self, from: Data(bytes)) else {
            throw MLflowError.unusable("not the JSON that was expected")
        }
        return value
    }

    private func document(_ path: String) async throws -> [UInt8] {
        let response = try await send(path)
        do {
            return Array(buffer: try await response.body.collect(upTo: MLflow.maxAnswerBytes))
        } catch is NIOTooManyBytesError {
            throw MLflowError.unusable("longer than \(MLflow.maxAnswerBytes) bytes")
        } catch {
            throw Self.failure(error)
        }
    }

    /// A GET; ends with the head of an answer of status 200, whose body follows.
    /// - Throws: `MLflowError`, `CancellationError`.
    func send(_ path: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url.rawValue + path)
        request.headers.add(name: "User-Agent", value: "drover")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token.reveal())") }
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: .seconds(MLflow.deadline.components.seconds))
        } catch {
            throw Self.failure(error)
        }
        try Self.check(response)
        return response
    }

    private static func check(_ response: HTTPClientResponse) throws {
        switch Int(response.status.code) {
        case 200: return
        case 401: throw MLflowError.refused(status: 401)
        case 403: throw MLflowError.refused(status: 403)
        case 404: throw MLflowError.notFound
        case 429: throw MLflowError.slowDown(seconds: seconds(response.headers.first(name: "Retry-After")))
        case 408, 500...599: throw MLflowError.unavailable("HTTP \(response.status.code)")
        case 300...399: throw MLflowError.unusable("a redirect; give the registry's final address")
        default: throw MLflowError.unusable("HTTP \(response.status.code)")
        }
    }

    /// Seconds only; a date or nothing is 5 s, and nobody waits for longer than an hour.
    private static func seconds(_ text: String?) -> Int { min(max(text.flatMap { Int($0) } ?? 5, 1), 3600) }

    /// The library's errors become ours: by kind alone, because their texts may repeat the request.
    static func failure(_ error: any Error) -> any Error {
        switch error {
        case is CancellationError, is MLflowError: error
        case let error as HTTPClientError where error == .cancelled && Task.isCancelled: CancellationError()
        case let error as HTTPClientError: MLflowError.unavailable(error.shortDescription)
        default: MLflowError.unavailable("\(type(of: error))")
        }
    }
}
