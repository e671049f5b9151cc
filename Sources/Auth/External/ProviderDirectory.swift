import Domain
import FoundationEssentials
import Logging

/// A provider's metadata and keys: read when they are first needed, and again when they are old or a token names an
/// unknown key. Nothing here keeps the server from starting.
actor ProviderDirectory {
    /// After so many seconds they are read again, in the background: nobody waits for that.
    static let refreshSeconds: TimeInterval = 600
    /// Keys that nobody has looked at for so long are read again before they are trusted: one may have been withdrawn.
    static let doubtSeconds: TimeInterval = 2 * refreshSeconds
    /// While the provider is away what is known is used for so long, then nothing. Access tokens rarely live longer, and
    /// nobody gets new ones meanwhile.
    static let graceSeconds: TimeInterval = 3600
    /// An unknown key is looked up at most once in so many seconds, whatever tokens strangers send.
    static let unknownKeySeconds: TimeInterval = 10
    /// After a failure nobody asks again for so many seconds.
    static let failurePauseSeconds: TimeInterval = 2

    struct Provider: Sendable {
        let metadata: ProviderMetadata
        let keys: ExternalKeys
        let readAt: Date
    }

    private let settings: ExternalSettings
    private let transport: any ProviderTransport
    private let time: any TimeSource
    private let logger: Logger
    private var known: Provider?
    private var failure: (error: ExternalError, at: Date)?
    private var askedAt: Date?
    private var reading: Task<Result<Provider, ExternalError>, Never>?

    init(_ settings: ExternalSettings, transport: any ProviderTransport, time: any TimeSource, logger: Logger) {
        self.settings = settings
        self.transport = transport
        self.time = time
        self.logger = logger
    }

    /// What is known, if it is not too old, else what the provider says now.
    /// - Throws: `ExternalError.unavailable`.
    func provider() async throws(ExternalError) -> Provider {
        guard let known else { return try await read() }
        let age = time.now().timeIntervalSince(known.readAt)
        if age < Self.refreshSeconds { return known }
        if age < Self.doubtSeconds {
            if !failedLately { _ = startReading() }
            return known
        }
        do throws(ExternalError) {
            return try await read()
        } catch {
            guard age < Self.graceSeconds else { throw error }
            return known
        }
    }

    /// The claims of a token of this provider; one of an unknown key has the keys read again.
    /// - Throws: `ExternalError`.
    func claims(of token: String, _ header: ExternalTokenHeader) async throws(ExternalError) -> ExternalClaims {
        let provider = try await provider()
        do throws(ExternalError) {
            return try await provider.keys.verify(token, header)
        } catch .refused(.key) {
            guard let newer = await reread(after: provider) else { throw .refused(.key) }
            return try await newer.keys.verify(token, header)
        }
    }

    /// What was read later than `old`, or is read now, if that was not tried lately.
    private func reread(after old: Provider) async -> Provider? {
        if let known, known.readAt > old.readAt { return known }
        if reading == nil, let askedAt, time.now() < askedAt + Self.unknownKeySeconds { return nil }
        return try? await read()
    }

    private var failedLately: Bool {
        guard let failure else { return false }
        return time.now() < failure.at + Self.failurePauseSeconds
    }

    private func read() async throws(ExternalError) -> Provider {
        if reading == nil, failedLately, let failure { throw failure.error }
        return try await startReading().value.get()
    }

    /// One reading at a time, of which all who wait get the result. It does not end with the request that began it.
    private func startReading() -> Task<Result<Provider, ExternalError>, Never> {
        if let reading { return reading }
        askedAt = time.now()
        let task = Task {
            let result = await fetch()
            finish(result)
            return result
        }
        reading = task
        return task
    }

    private func finish(_ result: Result<Provider, ExternalError>) {
        reading = nil
        switch result {
        case .success(let provider):
            known = provider
            failure = nil
        case .failure(let error):
            failure = (error, time.now())
            logger.warning("the sign-in provider can't be read", metadata: ["error": "\(error)"])
        }
    }

    private func fetch() async -> Result<Provider, ExternalError> {
        do throws(ExternalError) {
            let document = try await transport.send(ProviderRequest(url: settings.discoveryURL))
            let metadata = try document.decode(ProviderMetadata.self, from: "discovery")
            try metadata.check(for: settings.issuer)
            let keys = try await ExternalKeys(try await transport.send(ProviderRequest(url: metadata.jwksURI)))
            return .success(Provider(metadata: metadata, keys: keys, readAt: time.now()))
        } catch {
            return .failure(error)
        }
    }
}
