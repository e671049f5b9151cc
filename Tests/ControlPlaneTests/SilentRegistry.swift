import NIOCore
import NIOPosix

/// A port that takes connections and requests and never answers.
struct SilentRegistry: Sendable {
    let host: String

    static func with<R>(_ body: (SilentRegistry) async throws -> R) async throws -> R {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<R, any Error>
        do {
            result = .success(try await body(SilentRegistry(host: "127.0.0.1:\(channel.localAddress?.port ?? 0)")))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }
}
