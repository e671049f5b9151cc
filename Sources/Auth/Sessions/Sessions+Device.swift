import Domain
import FoundationEssentials
import Persistence

extension Sessions {
    /// Exchanges an approved device code (RFC 8628, sections 3.4 and 3.5).
    func redeem(_ code: OpaqueToken, request: TokenRequest, from origin: SignInOrigin) async throws -> TokenResponse {
        let now = time.now()
        let sha256 = code.digest.bytes
        let outcome = try await system.write { tx -> Result<Redeemed, TokenError> in
            guard let record = try tx.run(.lockDeviceCode(deviceSHA256: sha256)), record.clientID == request.clientID
            else { return .failure(.badDeviceCode) }
            switch DevicePoll(record, at: now) {
            case .refused(let error, let interval):
                if let interval {
                    _ = try tx.run(.noteDevicePoll(deviceSHA256: sha256, at: now, intervalSeconds: interval))
                }
                return .failure(error)
            case .approved(let userID):
                // What was approved with a sign-in that was ended since, by its person, a reset or a deactivation, was
                // perhaps approved by somebody else.
                guard let user = try tx.run(.userForSession(userID)), user.active, let approver = record.signInID,
                    try Self.isLive(approver, tx),
                    try tx.run(.consumeDeviceCode(deviceSHA256: sha256, at: now)) == 1
                else { return .failure(.badDeviceCode) }
                let grant = newGrant(
                    .device, of: userID, client: record.clientID, scope: record.scope, from: origin)
                try grant.insert(tx)
                return .success(Redeemed(user: user, grant: grant))
            }
        }
        let redeemed = try outcome.get()
        return try await answer(
            Account(redeemed.user), redeemed.grant, authentication: Authentication(time: now, nonce: nil))
    }
}

/// What a code was exchanged for.
struct Redeemed: Sendable {
    let user: User
    let grant: NewGrant
}

/// What a device that asks is told.
enum DevicePoll {
    /// - `interval`: seconds to wait from now on, when the device may ask again.
    case refused(TokenError, interval: Int?)
    case approved(UserID)

    /// `slow_down` is a kind of `authorization_pending` (RFC 8628, section 3.5), so it is never said to a device that was
    /// approved: the SDK does not lengthen its pauses, and would not get its token otherwise.
    init(_ record: DeviceCodeRecord, at now: Date) {
        guard record.consumedAt == nil else {
            self = .refused(.badDeviceCode, interval: nil)
            return
        }
        guard record.expiresAt > now else {
            self = .refused(TokenError(.expiredToken, "The device code has expired."), interval: nil)
            return
        }
        switch (record.isApproved, record.userID) {
        case (true?, let user?): self = .approved(user)
        case (false?, _): self = .refused(TokenError(.accessDenied, "The request was denied."), interval: nil)
        default: self = Self.pending(record, at: now)
        }
    }

    private static func pending(_ record: DeviceCodeRecord, at now: Date) -> DevicePoll {
        let interval = record.intervalSeconds
        if let polledAt = record.polledAt, now < polledAt + TimeInterval(interval) {
            return .refused(
                TokenError(.slowDown, "Ask less often."), interval: min(interval + 5, DeviceAuthorizations.maxInterval))
        }
        return .refused(TokenError(.authorizationPending, "Nobody has decided yet."), interval: interval)
    }
}
