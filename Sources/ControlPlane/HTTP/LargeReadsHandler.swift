import NIOCore

/// Lets a connection that has much to say be read in larger pieces.
///
/// A model of gigabytes comes through here in as many pieces as there are reads, and each piece passes three threads: that,
/// not the bytes, is what an upload costs. Reads grow to this size only while they fill what they are given, so that
/// connections with small requests stay as small as they were.
final class LargeReadsHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    /// Bytes; the library's own limit is 64 KiB.
    private let maximum: Int

    init(maximum: Int = 1 << 19) { self.maximum = maximum }

    func handlerAdded(context: ChannelHandlerContext) {
        let allocator = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: maximum)
        // It can't fail but on a channel that is closed.
        context.channel.setOption(.recvAllocator, value: allocator).whenFailure { _ in }
    }
}
