package import Auth
import Domain
package import Hummingbird
package import NIOCore

/// What every request of Drover carries, on either port.
package protocol DroverContext: RequestContext {
    /// The connection, for its peer's address and certificate; `nil` in tests without a socket.
    var channel: (any Channel)? { get }
}

/// A request of the API port, before anybody is known.
package struct AppContext: DroverContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: (any Channel)?
    /// Set by `BearerMiddleware` when the request carried a valid token.
    package var principal: Principal?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// A request of somebody who is known: below it `principal` is not optional, so a route can't forget to ask.
package struct TenantContext: ChildRequestContext, DroverContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: (any Channel)?
    package let principal: Principal

    /// - Throws: `Refusal.unauthenticated` when the request carried no valid token.
    package init(context: AppContext) throws {
        guard let principal = context.principal else { throw Refusal.missingToken }
        self.principal = principal
        coreContext = context.coreContext
        channel = context.channel
    }
}

/// A request of the edge port.
package struct EdgePortContext: DroverContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: (any Channel)?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}
