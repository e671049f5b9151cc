import Auth
import Domain
import Hummingbird
import Logging

/// Signing in through another provider.
///
/// | route | who |
/// |---|---|
/// | `GET /auth/external/start` | everybody; 404 when no provider is set |
/// | `GET /auth/external/callback` | a browser that began, with what the provider gave it |
struct ExternalRoutes {
    private static let startPath = "/auth/external/start"

    let requests: PageRequests
    let codes: AuthorizationCodes
    let redirects: RedirectURIs
    let issuer: String
    let external: ExternalSignIn?

    func add(to group: RouterGroup<AppContext>) {
        group.get(RouterPath(Self.startPath), use: begin)
        group.get(RouterPath(ExternalSignIn.callbackPath), use: finish)
    }

    /// The link that begins a sign-in and leads to a page.
    static func start(to target: ReturnTarget) -> String {
        RedirectURIs.adding([("return", target.text)], to: startPath)
    }

    @Sendable private func begin(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let external else { throw Refusal.notFound(.route) }
        let target = ReturnTarget(try requests.query(request)["return"])
        let asked = target.authorization(redirects, issuer: issuer)
        if let session = try await requests.session(request), isEnough(session, for: asked) {
            return Pages.redirect(to: target.text)
        }
        let start = try await saying(why: context) {
            try await external.begin(target: target.text, proof: Self.proof(for: asked))
        }
        var response = Pages.redirect(to: start.location)
        requests.cookies.setAttempt(start.cookie, on: &response)
        return response
    }

    @Sendable private func finish(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let external else { throw Refusal.notFound(.route) }
        let answer = try requests.query(request)
        let origin = requests.origin(request, context)
        let arrival = try await saying(why: context) {
            try await external.finish(answer, cookie: requests.cookies.attempt(of: request))
        }
        let session = try await requests.signIns.open(
            arrival.account, from: origin, authenticatedAt: arrival.authenticatedAt)
        // What came out of the seal was checked when it went in; it costs nothing to check it again.
        var response = Pages.redirect(to: ReturnTarget(arrival.target).afterSignIn)
        requests.cookies.clearAttempt(on: &response)
        requests.cookies.setSession(session, on: &response)
        return response
    }

    /// Whether a session is all that is asked for.
    private func isEnough(_ session: BrowserSession, for asked: AuthorizationRequest?) -> Bool {
        guard let asked else { return true }
        return !asked.wantsSignIn && codes.isFresh(session, for: asked)
    }

    /// An authorization request may ask for a new proof of who it is.
    private static func proof(for asked: AuthorizationRequest?) -> ProofAge {
        guard let asked else { return .any }
        return asked.wantsSignIn ? .new : ProofAge(maxSeconds: asked.maxAgeSeconds)
    }

    /// The person gets a page; why it did not work is in the log.
    private func saying<R: Sendable>(why context: AppContext, _ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as ExternalError {
            context.logger.notice("sign-in through another provider", metadata: ["error": "\(error)"])
            throw error.refusal
        }
    }
}

/// The cookie of a browser that is at the provider. Lax, because the way back is a link from there.
extension PageCookies {
    private var attemptName: String { prefix + "drover_external" }

    fileprivate func attempt(of request: Request) -> String? { request.cookies[attemptName]?.value }

    fileprivate func setAttempt(_ value: Secret<String>, on response: inout Response) {
        response.setCookie(cookie(attemptName, value.reveal(), life: ExternalSignIn.attemptSeconds))
    }

    fileprivate func clearAttempt(on response: inout Response) { response.setCookie(cookie(attemptName, "", life: 0)) }
}
