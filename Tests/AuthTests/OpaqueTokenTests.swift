import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct OpaqueTokenTests {
    @Test func `the checksum is CRC-32`() { #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926) }

    @Test func `a refresh token is recognisable, url-safe and read back to the same digest`() throws {
        let token = OpaqueToken(.refresh, random: SeededRandom())
        let text = token.text.reveal()
        #expect(text.hasPrefix("drr_"))
        #expect(text.utf8.count == 4 + 43 + 6)
        #expect(text.utf8.allSatisfy(Base64URL.isURLSafe))
        let read = try #require(OpaqueToken(text, kind: .refresh))
        #expect(read.digest == token.digest)
        #expect(token.digest == Digest(hashing: Array(text.utf8)))
    }

    @Test func `two tokens are never the same`() {
        let random = SeededRandom()
        let tokens = (0..<1000).map { _ in OpaqueToken(.refresh, random: random).digest }
        #expect(Set(tokens).count == 1000)
    }

    @Test func `one wrong character anywhere is noticed without a lookup`() {
        let text = Array(OpaqueToken(.refresh, random: SeededRandom()).text.reveal().utf8)
        for position in text.indices {
            for replacement in ["A", "b", "0", "_", "-", "=", " ", "\u{0}"].flatMap({ Array($0.utf8) })
            where replacement != text[position] {
                var typo = text
                typo[position] = replacement
                #expect(OpaqueToken(String(decoding: typo, as: UTF8.self), kind: .refresh) == nil)
            }
        }
    }

    @Test func `a token that is cut, extended, or has two characters exchanged is refused`() {
        let text = OpaqueToken(.refresh, random: SeededRandom()).text.reveal()
        for wrong in ["", "drr_", String(text.dropLast()), text + "A", text + "\n", " " + text, text.uppercased()] {
            #expect(OpaqueToken(wrong, kind: .refresh) == nil)
        }
        var exchanged = Array(text)
        exchanged.swapAt(10, 11)
        #expect(exchanged[10] == exchanged[11] || OpaqueToken(String(exchanged), kind: .refresh) == nil)
    }

    @Test(.proves("EDGE-10")) func `a join token is a random version 4 UUID in lower case`() throws {
        let random = SeededRandom()
        for _ in 0..<100 {
            let text = JoinToken(random: random).text.reveal()
            let characters = Array(text)
            #expect(characters.count == 36 && text == text.lowercased())
            #expect(characters[14] == "4" && "89ab".contains(characters[19]))
            #expect(UUID(uuidString: text) != nil)
        }
        #expect(JoinToken(random: random).digest != JoinToken(random: random).digest)
    }

    @Test(arguments: ["3148ada5-285a-4fca-b3b8-b50a48d7511b", "26fc1cb8-2512-4be7-94de-6464b50d638b"])
    func `the seeds' join tokens are read, and stored as the SHA-256 of their text`(text: String) throws {
        let token = try #require(JoinToken(text))
        #expect(token.digest == Digest(hashing: Array(text.utf8)))
    }

    @Test(arguments: [
        "", "3148ADA5-285A-4FCA-B3B8-B50A48D7511B", "3148ada5-285a-1fca-b3b8-b50a48d7511b",
        "3148ada5-285a-4fca-f3b8-b50a48d7511b", "3148ada5285a4fcab3b8b50a48d7511b",
        "{3148ada5-285a-4fca-b3b8-b50a48d7511b}", "3148ada5-285a-4fca-b3b8-b50a48d7511b\n",
        "00000000-0000-0000-0000-000000000000", "3148ada5-285a-4fca-b3b8-b50a48d7511g",
    ])
    func `anything else is no join token, without a lookup`(text: String) { #expect(JoinToken(text) == nil) }

    @Test func `an unused join token lives a day and a used one answers its key for ten minutes`() {
        #expect(JoinToken.lifeSeconds == 86_400)
        #expect(JoinToken.replayWindowSeconds == 600)
    }
}
