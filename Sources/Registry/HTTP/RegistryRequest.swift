import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOHTTP1

/// A request as a value; `RegistryClient.execute(_:)` is the only place that sends one.
struct RegistryRequest: Sendable {
    typealias Method = HTTPMethod

    enum Target: Sendable {
        /// Below `/v2/`.
        case path(String)
        /// A `Location` that the registry gave.
        case url(URL)
    }

    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Made anew for every try.
        case restartable(@Sendable () -> HTTPClientRequest.Body)
        /// A stream that passes once.
        case once(HTTPClientRequest.Body)

        var canRestart: Bool {
            if case .once = self { false } else { true }
        }
    }

    /// Which digest an answer may name as its content's.
    enum Naming: Sendable {
        case any
        case only(Digest)
        /// That of the collected body.
        case body
    }

    /// For errors and logs, for example `PUT manifest`.
    var operation: String
    var method: HTTPMethod
    var target: Target
    var headers: [(String, String)] = []
    var body: Body = .none
    /// Empty for `/v2/`.
    var scopes: [Scope] = []
    /// The statuses that mean success; any other is an error.
    var expecting: Set<Int>
    /// An answer that names another digest is `headerMismatch`; one that names none is accepted.
    var naming = Naming.any
    /// Whether the same request may be sent again after trouble.
    var retryable = true
    /// Whether it carries a large body, which has a longer deadline.
    var isTransfer = false
    /// How long one try may take, when that is not the settings' affair.
    var limit: Duration?
    /// How many bytes of the answer are collected; `nil` leaves the body to the caller.
    var collectUpTo: Int? = 64 << 10
}

/// What came back.
struct RegistryResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    /// The URL that answered, after redirects: relative Locations refer to it.
    let url: URL
    /// The collected body.
    let bytes: [UInt8]
    /// The open body, when it was not collected.
    let stream: HTTPClientResponse.Body?

    /// The digest that the registry computed, if it says so; older ones do not (distribution-spec 1.1).
    var contentDigest: String? { headers.first(name: "Docker-Content-Digest") }

    /// Where a list goes on (RFC 8288): `Link: <…>; rel="next"`, relative or absolute.
    /// - Throws: `protocolViolation` for what is no address.
    func nextPage(_ operation: String) throws(RegistryError) -> RegistryRequest.Target? {
        for link in headers[canonicalForm: "Link"] {
            let parts = link.split(separator: ";").map { String($0).trimmed }
            guard let first = parts.first, first.hasPrefix("<"), first.hasSuffix(">"),
                parts.dropFirst().contains(where: { ["rel=next", "rel=\"next\""].contains($0.lowercased()) })
            else { continue }
            return .url(try url.following(String(first.dropFirst().dropLast()), operation))
        }
        return nil
    }
}
