/// Why a model registry gave no use. No case holds anything that the registry said: it may be a stranger's server.
package enum MLflowError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No whole answer in time, or a 5xx: trying again may help.
    case unavailable(String)
    /// The registry asks to wait (429).
    case slowDown(seconds: Int)
    /// No token, or one that is not taken (401, 403).
    case refused(status: Int)
    /// No such model, version or artifact.
    case notFound
    /// An answer that is no answer: another status, a redirect, not the JSON that was expected, too long.
    case unusable(String)
    /// The server may not connect to the address that the name stands for.
    case addressNotAllowed
    /// The artifacts lie in a store that the registry does not serve from: `s3`, `gs`, `file`.
    case notServed(scheme: String)

    package var description: String {
        switch self {
        case .unavailable(let why): "the model registry does not answer: \(why)"
        case .slowDown(let seconds): "the model registry asks to wait for \(seconds) s"
        case .refused(let status): "the model registry refuses the request (HTTP \(status))"
        case .notFound: "the model registry does not have it"
        case .unusable(let why): "the model registry's answer is of no use: \(why)"
        case .addressNotAllowed: "the model registry's address is not one that this server may connect to"
        case .notServed(let scheme): "the model registry keeps the artifacts in \(scheme) and does not serve them"
        }
    }
}
