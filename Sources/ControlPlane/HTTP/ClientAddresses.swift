package import Auth
import Domain
import HTTPTypes
package import Hummingbird
import NIOCore

/// Says where a request comes from. `X-Forwarded-For` is anybody's word, so it counts only as far as trusted proxies
/// have written it.
package struct ClientAddresses: Sendable {
    private let trusted: [AddressRange]

    /// - Parameter trusted: the proxies in front of the server; none unless they are named.
    package init(trusted: [AddressRange] = []) { self.trusted = trusted }

    /// The client's IP address; `nil` when it is not known: no socket, or a peer on this machine that nobody declared,
    /// which may be a proxy with everybody behind it.
    package func address(of request: Request, _ context: some DroverContext) -> String? {
        let values = request.headers[values: .forwardedFor]
        return address(peer: context.channel?.remoteAddress?.ipAddress, forwardedFor: values)
    }

    /// The last address that no trusted proxy has: proxies append theirs on the right.
    func address(peer: String?, forwardedFor: [String]) -> String? {
        guard var address = peer.map(IPAddress.plain) else { return nil }
        let hops = forwardedFor.flatMap { $0.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } } }
        for hop in hops.reversed() {
            guard isTrusted(address), AddressRange.isAddress(hop) else { break }
            address = IPAddress.plain(hop)
        }
        return isTrusted(address) || Self.loopback.contains { $0.contains(address) } ? nil : address
    }

    private func isTrusted(_ address: String) -> Bool { trusted.contains { $0.contains(address) } }

    private static let loopback = ["127.0.0.0/8", "::1"].compactMap { try? AddressRange($0, field: "") }
}

extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name.known("X-Forwarded-For")
}
