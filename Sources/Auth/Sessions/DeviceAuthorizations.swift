package import Domain
import FoundationEssentials
package import Persistence

/// Device authorization (RFC 8628): a program without a browser gets two codes, a person enters the short one on the
/// device page and approves, the program exchanges the long one.
package struct DeviceAuthorizations: Sendable {
    /// A code's life (AUTH-06).
    package static let lifeSeconds = 600
    /// How long a device waits between two questions at first, and at most.
    package static let intervalSeconds = 5
    static let maxInterval = 60
    /// Wrong codes of one user or one network within `failureWindowSeconds`.
    package static let maxFailures = 10
    package static let failureWindowSeconds = 600
    /// Live authorizations of the whole instance: what strangers can make without signing in.
    static let maxLive = 10_000
    /// Live authorizations of one network (`IPAddress.network`), which an office may share.
    package static let maxLivePerNetwork = 100

    private let database: Database
    private let endpoints: OIDCEndpoints
    private let time: any TimeSource
    private let random: any RandomSource

    package init(database: Database, endpoints: OIDCEndpoints, time: any TimeSource, random: any RandomSource) {
        self.database = database
        self.endpoints = endpoints
        self.time = time
        self.random = random
    }

    private var system: SystemDatabase { database.system(because: "a device belongs to nobody until it is approved") }

    /// Begins an authorization.
    /// - Parameter formBody: the body of `POST OIDCEndpoints.deviceAuthorizationPath`.
    /// - Throws: `TokenError`; `Refusal`: tooMany when too many of this network are under way, unavailable when of all;
    ///   `DatabaseError`.
    package func begin(formBody: some Collection<UInt8>, from origin: SignInOrigin) async throws
        -> DeviceAuthorizationResponse
    {
        let fields = try FormFields(formBody)
        let client = try TokenRequest.client(fields)
        let scope = try TokenRequest.scope(fields["scope"]) ?? TokenRequest.defaultScope
        let device = OpaqueToken(.device, random: random)
        let code = try await insert(device, client: client, scope: scope, address: origin.address ?? "")
        return DeviceAuthorizationResponse(
            deviceCode: device, userCode: code, verificationURI: endpoints.baseURL + OIDCEndpoints.devicePath,
            expiresIn: Self.lifeSeconds, interval: Self.intervalSeconds)
    }

    private func insert(_ device: OpaqueToken, client: String, scope: String, address: String) async throws -> UserCode
    {
        let now = time.now()
        // Two equal codes among 10,000 live ones of 2.56e10 come once in two million.
        for _ in 0..<4 {
            let code = UserCode(random: random)
            let new = NewDeviceCode(
                deviceSHA256: device.digest.bytes, userCodeSHA256: code.digest.bytes, clientID: client, scope: scope,
                address: address, createdAt: now, expiresAt: now + TimeInterval(Self.lifeSeconds),
                intervalSeconds: Self.intervalSeconds)
            guard let count = try await insert(new) else { continue }
            if count == 1 { return code }
            let waiting = try await system.run(.liveDeviceCodes(of: address, at: now))
            if !address.isEmpty, waiting >= Self.maxLivePerNetwork { throw Refusal.tooMany(retryAfterSeconds: 60) }
            break
        }
        throw Refusal.unavailable("too many devices are waiting to be approved", retryAfterSeconds: 60)
    }

    /// 1, or 0 when too many are live; `nil` when the user code is in use.
    private func insert(_ new: NewDeviceCode) async throws -> Int? {
        do {
            return try await system.run(.insertDeviceCode(new, limit: Self.maxLive, ofNetwork: Self.maxLivePerNetwork))
        } catch {
            guard error.violates(.deviceUserCode) else { throw error }
            return nil
        }
    }

    /// What a user code led to.
    package enum Found: Sendable {
        case waiting(DeviceCodeRecord)
        /// Unknown, decided or expired: all look the same.
        case unknown
        /// Too many wrong codes; try again in so many seconds.
        case tooMany(retryAfterSeconds: Int)
    }

    /// Looks a code up that a signed-in person typed.
    package func find(_ code: UserCode, by principal: Principal, from origin: SignInOrigin) async throws -> Found {
        let now = time.now()
        return try await system.write { tx in try Self.find(code, by: principal, from: origin, at: now, tx) }
    }

    /// Approves or denies. The device gets its tokens only while the principal's sign-in lives.
    package func decide(
        _ code: UserCode, approved: Bool, by principal: Principal, from origin: SignInOrigin
    ) async throws -> Found {
        let now = time.now()
        return try await system.write { tx in
            let found = try Self.find(code, by: principal, from: origin, at: now, tx)
            guard case .waiting = found else { return found }
            let decided = try tx.run(
                .decideDeviceCode(
                    userCodeSHA256: code.digest.bytes, by: principal.userID, signIn: principal.sessionID,
                    approved: approved, at: now))
            return decided == 1 ? found : .unknown
        }
    }

    private static func find(
        _ code: UserCode, by principal: Principal, from origin: SignInOrigin, at now: Date,
        _ tx: borrowing WriteTransaction
    ) throws -> Found {
        let subjects =
            ["user:\(principal.userID)"] + (origin.address.map { ["address:\(IPAddress.network(of: $0))"] } ?? [])
        let since = now - TimeInterval(failureWindowSeconds)
        guard try tx.run(.userCodeFailures(of: subjects, since: since)) < maxFailures else {
            return .tooMany(retryAfterSeconds: failureWindowSeconds)
        }
        if let record = try tx.run(.openDeviceCode(userCodeSHA256: code.digest.bytes, at: now)) {
            return .waiting(record)
        }
        _ = try tx.run(.noteUserCodeFailure(of: subjects, since: since, at: now))
        return .unknown
    }
}

/// The answer to a device (RFC 8628, section 3.2).
package struct DeviceAuthorizationResponse: Encodable, Sendable {
    package let deviceCode: OpaqueToken
    package let userCode: UserCode
    package let verificationURI: String
    /// Seconds.
    package let expiresIn: Int
    package let interval: Int

    /// The page with the code filled in (AUTH-05).
    package var verificationURIComplete: String { "\(verificationURI)?user_code=\(userCode)" }

    private enum CodingKeys: String, CodingKey {
        case deviceCode = "device_code"
        case userCode = "user_code"
        case verificationURI = "verification_uri"
        case verificationURIComplete = "verification_uri_complete"
        case expiresIn = "expires_in"
        case interval
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(deviceCode.text.reveal(), forKey: .deviceCode)
        try container.encode(userCode.description, forKey: .userCode)
        try container.encode(verificationURI, forKey: .verificationURI)
        try container.encode(verificationURIComplete, forKey: .verificationURIComplete)
        try container.encode(expiresIn, forKey: .expiresIn)
        try container.encode(interval, forKey: .interval)
    }
}
