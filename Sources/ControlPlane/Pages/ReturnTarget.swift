import Auth
import Domain
import Hummingbird

/// Where a browser goes after signing in: one of our own pages, never another site.
struct ReturnTarget: Hashable {
    static let account = "/account"

    /// A path with its query.
    let text: String

    /// Anything but the path of a page that asks for a sign-in is the account page.
    init(_ text: String?) {
        let pages = [Self.account, OIDCEndpoints.devicePath, OIDCEndpoints.authorizationPath]
        let path = text?.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
        // Printable ASCII: nothing that breaks a header or that browsers read as something else.
        guard let text, let path, pages.contains(path), text.utf8.count <= 6000,
            text.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") })
        else {
            self.text = Self.account
            return
        }
        self.text = text
    }

    /// Where a request was going.
    init(_ request: Request) { self.init(request.uri.string) }

    /// The sign-in page that leads back here.
    var signIn: String { "/sign-in?return=\(PercentEncoding.encode(text))" }

    /// The query of an authorization request that waits for the sign-in.
    var authorizationQuery: String? {
        let prefix = OIDCEndpoints.authorizationPath + "?"
        return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }

    /// The authorization request that waits for the sign-in, if it can be answered.
    func authorization(_ redirects: RedirectURIs, issuer: String) -> AuthorizationRequest? {
        authorizationQuery.flatMap { try? AuthorizationRequest(query: $0, redirects: redirects, issuer: issuer) }
    }
}
