import Auth
import Domain
import HTTPTypes
import Hummingbird

/// A refusal of a page is a page. What is not in the list of refusals goes on to `EntryMiddleware`, which logs it.
struct PageErrorMiddleware: RouterMiddleware {
    let pages: Pages

    func handle(
        _ request: Request, context: AppContext, next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as TokenError {
            return pages.message("This did not work", error: error.detail, link: Self.link, status: .badRequest)
        } catch {
            guard let refusal = Problem.refusal(for: error) else { throw error }
            var response = pages.message(
                refusal.title, error: refusal.sentence, link: Self.link, status: .init(code: refusal.status))
            if let seconds = refusal.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    private static let link = (ReturnTarget.account, "Your account")
}

extension Refusal {
    /// The detail as a sentence for a page.
    fileprivate var sentence: String { detail.prefix(1).uppercased() + detail.dropFirst() + "." }
}
