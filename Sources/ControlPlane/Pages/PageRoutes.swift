import Auth
import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Everything that browsers get.
package struct PageServices: Sendable {
    let pages: Pages
    let requests: PageRequests
    let passwords: PasswordSignIn
    let devices: DeviceAuthorizations
    let codes: AuthorizationCodes
    let redirects: RedirectURIs
    let tokens: AccessTokens
    let users: Users
    let apiTokens: APITokens
    let issuer: String
    let external: ExternalSignIn?

    func add(to router: RouterGroup<AppContext>) {
        router.get(RouterPath(PageStyle.path)) { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
                body: .init(byteBuffer: ByteBuffer(string: PageStyle.text)))
        }
        let group = router.group().add(middleware: PageErrorMiddleware(pages: pages))
        SignInRoutes(
            pages: pages, requests: requests, passwords: passwords, redirects: redirects, issuer: issuer,
            externalName: external?.name
        ).add(to: group)
        ExternalRoutes(
            requests: requests, codes: codes, redirects: redirects, issuer: issuer, external: external
        ).add(to: group)
        DevicePageRoutes(pages: pages, requests: requests, devices: devices).add(to: group)
        let tokenPages = TokenPageRoutes(pages: pages, requests: requests, tokens: apiTokens)
        tokenPages.add(to: group)
        let identityPages = IdentityPageRoutes(requests: requests, users: users)
        identityPages.add(to: group)
        AccountPageRoutes(
            pages: pages, requests: requests, signIns: requests.signIns, tokens: tokenPages, identities: identityPages
        ).add(to: group)
        AuthorizationRoutes(pages: pages, requests: requests, codes: codes, redirects: redirects, issuer: issuer)
            .add(to: group)
        InvitationPageRoutes(pages: pages, requests: requests, users: users).add(to: group)
        EndSessionRoutes(pages: pages, requests: requests, tokens: tokens, redirects: redirects).add(to: group)
    }
}
