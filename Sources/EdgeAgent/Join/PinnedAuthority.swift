package import Domain
import FoundationEssentials
import NIOCore
import NIOPosix
package import NIOSSL
import SwiftASN1
import X509

/// Finds the authority that a bundle names by its hash (`OPS_CA_SHA256`) in the chain that the server sends.
///
/// The handshake made for it carries nothing and ends at once. What comes back is used as the only trust root of the
/// connection that carries the token, where BoringSSL checks path, validity and host name: so all that is taken from
/// this unauthenticated chain is one certificate, whose hash was known before.
package enum PinnedAuthority {
    /// The CA certificate with this SHA-256 over its DER.
    /// - Throws: `EdgeAgentError` with code `untrusted` when the server sends another chain, `unreachable` when it
    ///   could not be asked.
    package static func find(_ pin: Digest, at server: ServerAddress) async throws(EdgeAgentError) -> NIOSSLCertificate
    {
        let chain: [NIOSSLCertificate]
        do {
            chain = try await presentedChain(of: server)
        } catch {
            throw EdgeAgentError(.unreachable, "no TLS handshake with \(server.host):\(server.port): \(error)")
        }
        guard let authority = authority(pin, in: chain) else {
            throw EdgeAgentError(
                .untrusted,
                "\(server.host):\(server.port) does not present the certificate authority that the EDGE_BUNDLE names;"
                    + " the join token was not sent")
        }
        return authority
    }

    /// The pinned certificate of a chain, if it is there and is a CA's.
    package static func authority(_ pin: Digest, in chain: [NIOSSLCertificate]) -> NIOSSLCertificate? {
        chain.first { certificate in
            guard let der = try? certificate.toDERBytes(), Digest(hashing: der) == pin,
                let parsed = try? Certificate(derEncoded: der),
                case .isCertificateAuthority = try? parsed.extensions.basicConstraints
            else { return false }
            return true
        }
    }

    /// The certificates that the server sends, leaf first, unchecked.
    private static func presentedChain(of server: ServerAddress) async throws -> [NIOSSLCertificate] {
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        let serverName = server.isIPAddress ? nil : server.host
        let loop = NIOSingletons.posixEventLoopGroup.any()
        let chain = loop.makePromise(of: [NIOSSLCertificate].self)
        let deadline = loop.scheduleTask(in: limit) { chain.fail(ChannelError.connectTimeout(limit)) }
        defer { deadline.cancel() }
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let tls = try NIOSSLClientHandler(context: context, serverHostname: serverName) { presented, verdict in
                    chain.succeed(presented)
                    verdict.succeed(NIOSSLVerificationResult.failed)
                }
                try channel.pipeline.syncOperations.addHandlers(tls, FailureReporter(chain))
            }
        }
        bootstrap.connect(host: server.host, port: server.port).cascadeFailure(to: chain)
        return try await chain.futureResult.get()
    }

    private static let limit = TimeAmount.seconds(15)

    /// Ends the wait for a chain when the connection fails before one came.
    private final class FailureReporter: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let chain: EventLoopPromise<[NIOSSLCertificate]>

        init(_ chain: EventLoopPromise<[NIOSSLCertificate]>) { self.chain = chain }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            chain.fail(error)
            context.close(promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { chain.fail(ChannelError.eof) }
    }
}

extension ServerAddress {
    /// Whether `host` is an address, which TLS does not carry as a server name.
    var isIPAddress: Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }
}
