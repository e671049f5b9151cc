import NIOCore
import NIOEmbedded
import Testing

@testable import ControlPlane

struct StalledAnswerTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: StalledAnswerHandler(limit: .seconds(60)))
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func `a peer that reads nothing for a minute is let go`() throws {
        let channel = try channel()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `a peer that goes on in time is kept`() throws {
        let channel = try channel()
        for isWritable in [false, true, false, true] {
            channel.isWritable = isWritable
            channel.pipeline.fireChannelWritabilityChanged()
            channel.embeddedEventLoop.advanceTime(by: .seconds(isWritable ? 600 : 59))
        }
        #expect(channel.isActive)
        _ = try channel.finish()
    }
}
