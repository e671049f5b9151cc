import NIOCore

/// Closes a connection whose peer has stopped reading in the middle of an answer: the answer would stay in memory for as
/// long as the peer likes. The server's own idle time-out counts only while no request is under way.
final class StalledAnswerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private let limit: TimeAmount
    private var closing: Scheduled<Void>?

    /// - Parameter limit: how long nothing of a full buffer may leave.
    init(limit: TimeAmount = .seconds(60)) { self.limit = limit }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        closing?.cancel()
        closing = nil
        if !context.channel.isWritable {
            let channel = context.channel
            closing = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closing?.cancel()
        closing = nil
        context.fireChannelInactive()
    }
}
