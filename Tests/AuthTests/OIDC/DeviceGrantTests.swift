import Domain
import Persistence
import TestSupport
import Testing

@testable import Auth

@Suite(.database, .timeLimit(.minutes(4))) struct DeviceGrantTests {
    private let fixture: SessionFixture
    private let user: User
    private let principal: Principal

    init() async throws {
        fixture = try await SessionFixture()
        user = try await fixture.accounts.user()
        principal = try await fixture.browser(user).principal
    }

    private func decide(_ device: DeviceAuthorizationResponse, _ approved: Bool = true) async throws -> Bool {
        let found = try await fixture.devices.decide(
            device.userCode, approved: approved, by: principal, from: SessionFixture.origin)
        if case .waiting = found { return true }
        return false
    }

    @Test(.proves("AUTH-06")) func `an approved code gives tokens once`() async throws {
        let device = try await fixture.begin()
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .authorizationPending)
        #expect(try await decide(device))
        let tokens = try await fixture.poll(device)
        #expect(try await fixture.tokens.verify(tokens.accessToken.reveal()).userID == user.id)
        #expect(tokens.idToken != nil)
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .invalidGrant)
    }

    @Test(.proves("AUTH-06")) func `of many that exchange an approved code one wins`() async throws {
        let device = try await fixture.begin()
        #expect(try await decide(device))
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { try await fixture.refusal { try await fixture.poll(device) } == nil }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test(.proves("AUTH-06")) func `each question before its time makes the pause five seconds longer`() async throws {
        let device = try await fixture.begin()
        let seconds: [(Double, TokenError.Code)] = [
            (0, .authorizationPending), (5.1, .authorizationPending), (4.9, .slowDown), (9.9, .slowDown),
            (14.9, .slowDown), (20.1, .authorizationPending), (19.9, .slowDown), (25.1, .authorizationPending),
        ]
        for (pause, expected) in seconds {
            fixture.time.advance(by: pause)
            #expect(try await fixture.refusal { try await fixture.poll(device) } == expected, "after \(pause) s")
        }
    }

    @Test func `pauses have a limit`() async throws {
        let device = try await fixture.begin()
        for _ in 0..<40 { _ = try await fixture.refusal { try await fixture.poll(device) } }
        fixture.time.advance(by: 60)
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .authorizationPending)
    }

    @Test func `who was approved is never told to slow down`() async throws {
        let device = try await fixture.begin()
        for _ in 0..<3 { _ = try await fixture.refusal { try await fixture.poll(device) } }
        #expect(try await decide(device))
        #expect(try await fixture.refusal { try await fixture.poll(device) } == nil)
    }

    @Test(.proves("AUTH-06")) func `a code lives for ten minutes, approved or not`() async throws {
        let waiting = try await fixture.begin()
        let approved = try await fixture.begin()
        #expect(try await decide(approved))
        fixture.time.advance(by: 600)
        #expect(try await fixture.refusal { try await fixture.poll(waiting) } == .expiredToken)
        #expect(try await fixture.refusal { try await fixture.poll(approved) } == .expiredToken)
        #expect(try await !decide(waiting))
    }

    @Test func `what was decided stays decided`() async throws {
        let device = try await fixture.begin()
        #expect(try await decide(device, false))
        #expect(try await !decide(device, true))
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .accessDenied)
    }

    @Test func `a user who was deactivated since gets nothing`() async throws {
        let device = try await fixture.begin()
        #expect(try await decide(device))
        try await TestDatabase.psql("update users set active = false where id = '\(user.id)'")
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .invalidGrant)
    }

    @Test(.proves("AUTH-06")) func `a sign-in that was ended since has approved nothing`() async throws {
        let device = try await fixture.begin()
        #expect(try await decide(device))
        #expect(try await fixture.signIns.end(principal.sessionID, as: principal))
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .invalidGrant)
    }

    @Test func `a reset ends what was approved before it, also when the user is back`() async throws {
        let device = try await fixture.begin()
        #expect(try await decide(device))
        let admin = fixture.accounts.principal(try await fixture.accounts.user(isAdmin: true))
        _ = try await fixture.accounts.accounts.change(
            user.id, AccountChange(active: false), ifRevision: nil, by: admin)
        _ = try await fixture.accounts.accounts.change(
            user.id, AccountChange(active: true), ifRevision: nil, by: admin)
        #expect(try await fixture.refusal { try await fixture.poll(device) } == .invalidGrant)
    }

    @Test func `ten wrong codes are the end for ten minutes, of the user and of the address`() async throws {
        let device = try await fixture.begin()
        let random = SeededRandom()
        let elsewhere = SignInOrigin(address: "198.51.100.\(Int.random(in: 1...254))-\(user.id)", agent: "")
        for _ in 0..<10 {
            let found = try await fixture.devices.find(UserCode(random: random), by: principal, from: elsewhere)
            guard case .unknown = found else { Issue.record("\(found)"); return }
        }
        for (who, place) in [(principal, SessionFixture.origin), (try await other(), elsewhere)] {
            let found = try await fixture.devices.find(device.userCode, by: who, from: place)
            guard case .tooMany = found else { Issue.record("\(found)"); return }
        }
        fixture.time.advance(by: 599)
        guard case .tooMany = try await fixture.devices.find(device.userCode, by: principal, from: elsewhere) else {
            Issue.record("forgotten too early")
            return
        }
        let later = try await fixture.begin()
        fixture.time.advance(by: 1)
        guard case .waiting = try await fixture.devices.find(later.userCode, by: principal, from: elsewhere) else {
            Issue.record("still refused")
            return
        }
    }

    private func other() async throws -> Principal {
        fixture.accounts.principal(try await fixture.accounts.user())
    }
}
