import Domain
import TestSupport
import Testing

@testable import Auth

/// How claims become a user.
struct ExternalProfileTests {
    private static let good: [String: ClaimValue] = [
        "sub": .text("s-1"), "email": .text("Grace@Example.com"), "email_verified": .flag(true), "name": .text("Grace"),
    ]

    private static func settings(
        admins: String? = nil, groups: String? = nil, domains: [String] = [], verified: String? = nil
    ) throws -> ExternalSettings {
        try ExternalSettings(
            issuer: "https://id.example.com", clientID: "drover", groupsClaim: groups, adminGroup: admins,
            verifiedClaim: verified, domains: domains)
    }

    private static func profile(
        _ changes: [String: ClaimValue], _ settings: ExternalSettings
    ) throws -> ExternalProfile {
        try ExternalProfile(ExternalClaims(good.merging(changes) { $1 }), settings)
    }

    @Test func `the usual claims make the usual user`() throws {
        let profile = try Self.profile([:], try Self.settings())
        #expect(profile.subject == "s-1")
        #expect(profile.email?.rawValue == "grace@example.com")
        #expect(profile.name == "Grace")
        #expect(profile.isAdmin == nil)
    }

    struct EmailCase: Sendable {
        let changes: [String: ClaimValue]
        let reason: ExternalError.Reason?
    }

    @Test(arguments: [
        EmailCase(changes: [:], reason: nil),
        EmailCase(changes: ["email_verified": .text("true")], reason: nil),
        EmailCase(changes: ["email_verified": .flag(false)], reason: .emailUnverified),
        EmailCase(changes: ["email_verified": .text("false")], reason: .emailUnverified),
        EmailCase(changes: ["email_verified": .text("TRUE")], reason: .emailUnverified),
        EmailCase(changes: ["email_verified": .number(1)], reason: .emailUnverified),
        EmailCase(changes: ["email_verified": .null], reason: .emailUnverified),
        EmailCase(changes: ["email": .null], reason: .email),
        EmailCase(changes: ["email": .text("grace")], reason: .email),
        EmailCase(changes: ["email": .text("ci@workspace-7.service.invalid")], reason: .email),
        EmailCase(changes: ["email": .text("gr\u{430}ce@example.com")], reason: .email),
        EmailCase(changes: ["email": .list([.text("grace@example.com")])], reason: .email),
    ])
    func `only a verified address counts`(test: EmailCase) throws {
        let profile = try Self.profile(test.changes, try Self.settings())
        #expect(profile.noEmail == test.reason)
        #expect((profile.email == nil) == (test.reason != nil))
    }

    @Test func `another claim may say that the address was verified`() throws {
        let settings = try Self.settings(verified: "xms_edov")
        #expect(try Self.profile([:], settings).noEmail == .emailUnverified)
        #expect(try Self.profile(["xms_edov": .flag(true)], settings).email != nil)
    }

    struct GroupCase: Sendable {
        let claim: String
        let changes: [String: ClaimValue]
        let isAdmin: Bool
    }

    @Test(arguments: [
        GroupCase(claim: "groups", changes: [:], isAdmin: false),
        GroupCase(claim: "groups", changes: ["groups": .list([.text("a"), .text("ops")])], isAdmin: true),
        GroupCase(claim: "groups", changes: ["groups": .text("ops")], isAdmin: true),
        GroupCase(claim: "groups", changes: ["groups": .text("a ops b")], isAdmin: false),
        GroupCase(claim: "groups", changes: ["groups": .list([.text("OPS"), .text("ops-2")])], isAdmin: false),
        GroupCase(claim: "groups", changes: ["groups": .flag(true)], isAdmin: false),
        GroupCase(claim: "groups", changes: ["groups": .object(["ops": .flag(true)])], isAdmin: false),
        GroupCase(claim: "groups", changes: ["groups": .list([.list([.text("ops")])])], isAdmin: false),
        GroupCase(
            claim: "realm_access.roles", changes: ["realm_access": .object(["roles": .list([.text("ops")])])],
            isAdmin: true),
        GroupCase(claim: "realm_access.roles", changes: ["realm_access": .text("ops")], isAdmin: false),
        GroupCase(
            claim: "https://example.com/groups", changes: ["https://example.com/groups": .list([.text("ops")])],
            isAdmin: true),
        GroupCase(claim: "a.b", changes: ["a.b": .text("ops"), "a": .object(["b": .text("x")])], isAdmin: true),
    ])
    func `the group makes the administrator, and nothing like it does`(test: GroupCase) throws {
        let settings = try Self.settings(admins: "ops", groups: test.claim)
        #expect(try Self.profile(test.changes, settings).isAdmin == test.isAdmin)
    }

    @Test(
        arguments: [
            ("grace@example.com", true, nil), ("grace@EXAMPLE.com", true, nil), ("grace@other.org", true, nil),
            ("grace@sub.example.com", true, .domain), ("grace@notexample.com", true, .domain),
            ("grace@example.com", false, .emailUnverified), ("none", true, .email),
        ] as [(String, Bool, ExternalError.Reason?)])
    func `with a list of domains others stay out`(email: String, verified: Bool, reason: ExternalError.Reason?) throws {
        let settings = try Self.settings(domains: ["Example.com", "other.org"])
        let changes: [String: ClaimValue] = ["email": .text(email), "email_verified": .flag(verified)]
        guard let reason else {
            #expect(try Self.profile(changes, settings).email != nil)
            return
        }
        #expect(throws: ExternalError.refused(reason)) { try Self.profile(changes, settings) }
    }

    @Test(
        arguments: [
            (["name": .text("Gra\nce\u{202E}\0")], "Grace"), (["name": .text(String(repeating: "x", count: 300))], nil),
            (["name": .text(""), "preferred_username": .text("grace")], "grace"), (["name": .number(3)], nil),
        ] as [([String: ClaimValue], String?)])
    func `a name is fit to be shown`(changes: [String: ClaimValue], name: String?) throws {
        let made = try Self.profile(changes, try Self.settings()).name
        if let name { #expect(made == name) } else { #expect(made == nil || made?.count == 200) }
    }

    struct MergeCase: Sendable {
        let token: [String: ClaimValue]
        let userinfo: [String: ClaimValue]
        let reason: ExternalError.Reason?
        let isAdmin: Bool
    }

    @Test(arguments: [
        // All of the address is in one of the two.
        MergeCase(
            token: [:], userinfo: ["email": .text("a@example.com"), "email_verified": .flag(true)], reason: nil,
            isAdmin: false),
        MergeCase(
            token: ["email": .text("a@example.com"), "email_verified": .flag(true)], userinfo: [:], reason: nil,
            isAdmin: false),
        // One document's word is not about the other's address.
        MergeCase(
            token: ["email_verified": .flag(true)], userinfo: ["email": .text("a@example.com")],
            reason: .emailUnverified, isAdmin: false),
        MergeCase(
            token: ["email_verified": .flag(true)],
            userinfo: ["email": .text("a@example.com"), "email_verified": .flag(false)], reason: .emailUnverified,
            isAdmin: false),
        MergeCase(
            token: ["email": .text("a@example.com")],
            userinfo: ["email": .text("b@example.com"), "email_verified": .flag(true)], reason: .emailUnverified,
            isAdmin: false),
        MergeCase(
            token: ["email": .text("a@example.com"), "email_verified": .flag(false)],
            userinfo: ["email_verified": .flag(true)], reason: .emailUnverified, isAdmin: false),
        // Groups of the token are all groups, also when there are none.
        MergeCase(token: [:], userinfo: ["r": .object(["g": .text("ops")])], reason: .email, isAdmin: true),
        MergeCase(
            token: ["r": .text("x")], userinfo: ["r": .object(["g": .text("ops")])], reason: .email, isAdmin: true),
        MergeCase(
            token: ["r": .object(["g": .list([])])], userinfo: ["r": .object(["g": .text("ops")])], reason: .email,
            isAdmin: false),
        MergeCase(
            token: ["r": .object(["g": .text("staff")])], userinfo: ["r.g": .text("ops")], reason: .email,
            isAdmin: false),
    ])
    func `what userinfo adds is whole, and is not mixed with the token's`(test: MergeCase) throws {
        let settings = try Self.settings(admins: "ops", groups: "r.g")
        let subject: [String: ClaimValue] = ["sub": .text("s-1")]
        let claims = ExternalClaims(test.token.merging(subject) { $1 })
            .completed(by: ExternalClaims(test.userinfo.merging(subject) { $1 }), settings)
        let profile = try ExternalProfile(claims, settings)
        #expect(profile.noEmail == test.reason)
        #expect(profile.isAdmin == test.isAdmin)
    }
}
