import Auth
import Domain
import Logging
import Persistence
import ServiceLifecycle

/// Listens for changes of users, so that a deactivation cuts access at once on every replica (USER-04). While it can't
/// listen, nothing is remembered of any account: each request reads it.
package struct UserNotices: Service {
    let database: Database
    let authenticator: Authenticator

    /// Listens until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await database.listen(to: .users) { hear($0) }
        }
    }

    func hear(_ event: NotificationEvent) {
        switch event {
        case .deaf: authenticator.suspend()
        case .listening: authenticator.resume()
        case .notified(let payload):
            if let user = UserID(payload) { authenticator.invalidate(user) } else { authenticator.invalidateAll() }
        }
    }
}
