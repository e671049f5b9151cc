import Auth
import Domain

extension ExternalSettings {
    /// `nil` when no issuer is named.
    /// - Throws: `Refusal.invalid` naming the setting.
    init?(_ reader: SettingsReader) throws(Refusal) {
        guard let issuer = reader.text("oidc.external.issuer") else { return nil }
        try self.init(
            issuer: issuer, clientID: try reader.required("oidc.external.client.id"),
            clientSecret: reader.text("oidc.external.client.secret").map { Secret($0) },
            name: reader.text("oidc.external.name"), scopes: reader.text("oidc.external.scopes"),
            groupsClaim: reader.text("oidc.external.groups.claim"),
            adminGroup: reader.text("oidc.external.admin.group"),
            verifiedClaim: reader.text("oidc.external.verified.claim"),
            audience: reader.text("oidc.external.audience"),
            domains: (reader.text("oidc.external.domains") ?? "").split { $0 == "," || $0 == " " }.map(String.init),
            caFile: reader.text("oidc.external.ca.file"))
    }
}
