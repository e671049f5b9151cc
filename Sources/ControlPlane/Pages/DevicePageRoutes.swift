import Auth
import Domain
import Hummingbird
import Persistence

/// The page where a person approves a device (RFC 8628, section 3.3; AUTH-02, AUTH-05).
///
/// | route | who |
/// |---|---|
/// | `GET /auth/realms/master/device` | a browser session; others sign in first |
/// | `POST /auth/realms/master/device` | a browser session, with its token |
struct DevicePageRoutes {
    let pages: Pages
    let requests: PageRequests
    let devices: DeviceAuthorizations

    func add(to group: RouterGroup<AppContext>) {
        group.get(RouterPath(OIDCEndpoints.devicePath), use: show)
        group.post(RouterPath(OIDCEndpoints.devicePath), use: decide)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(request).signIn)
        }
        guard let text = try requests.query(request)["user_code"] else { return entry(session) }
        guard let code = UserCode(text) else { return wrongCode(session) }
        let found = try await devices.find(code, by: session.principal, from: requests.origin(request, context))
        return try answer(found, session) { confirm(code, $0, session) }
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let session = try await requests.session(request) else {
            return Pages.redirect(to: ReturnTarget(OIDCEndpoints.devicePath).signIn)
        }
        let fields = try await requests.form(request, of: session)
        guard let code = UserCode(fields["user_code"] ?? "") else { return wrongCode(session) }
        guard let decision = Decision(rawValue: fields["decision"] ?? "") else {
            throw Refusal.malformed("the form lacks a decision")
        }
        let found = try await devices.decide(
            code, approved: decision == .approve, by: session.principal, from: requests.origin(request, context))
        return try answer(found, session) { _ in
            decision == .approve
                ? pages.message(
                    "Approved", text: "The program is signed in now. You can close this page.", session: session)
                : pages.message("Denied", text: "The program was refused. You can close this page.", session: session)
        }
    }

    private enum Decision: String {
        case approve, deny
    }

    private func answer(
        _ found: DeviceAuthorizations.Found, _ session: BrowserSession, _ waiting: (DeviceCodeRecord) -> Response
    ) throws(Refusal) -> Response {
        switch found {
        case .waiting(let record): return waiting(record)
        case .unknown: return wrongCode(session)
        case .tooMany(let seconds): throw .tooMany(retryAfterSeconds: seconds)
        }
    }

    private func entry(_ session: BrowserSession, error: String? = nil) -> Response {
        pages.page(
            "device", ["title": .text("Approve a program"), "error": .text(error)], session: session,
            status: error == nil ? .ok : .badRequest)
    }

    private func wrongCode(_ session: BrowserSession) -> Response {
        entry(
            session,
            error: "This code is not valid. It may have been used or have expired; let your program make a new one.")
    }

    private func confirm(_ code: UserCode, _ record: DeviceCodeRecord, _ session: BrowserSession) -> Response {
        pages.page(
            "confirm-device",
            [
                "title": .text("Approve a program"), "code": .text(code.description), "client": .text(record.clientID),
                "asked_at": .text(PageTime.text(record.createdAt)), "address": .text(record.address),
                "scope": .text(record.scope),
            ], session: session)
    }
}
