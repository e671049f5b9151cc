import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(4))) struct SealingTests {
    let random = SeededRandom()
    let key: SealingKey
    let other: SealingKey
    let secret = Secret(Array("the CA's private key".utf8))

    init() throws {
        key = try SealingKey(Secret(Array(repeating: 7, count: 32)))
        other = try SealingKey(Secret(Array(repeating: 8, count: 32)))
    }

    @Test func `a sealed value opens to what it was`() throws {
        let sealed = try key.seal(secret, aad: "ca:1", random: random)
        #expect(try key.open(sealed, aad: "ca:1").reveal() == secret.reveal())
        #expect(sealed.count == 1 + 4 + 12 + secret.reveal().count + 16)
        #expect(Hex.encode(Array(sealed[1..<5])) == key.id)
        #expect(!String(decoding: sealed, as: UTF8.self).contains("private"))
    }

    @Test func `nothing at all can be sealed`() throws {
        let sealed = try key.seal(Secret([]), aad: "", random: random)
        #expect(try key.open(sealed, aad: "").reveal().isEmpty)
    }

    @Test func `the same value is sealed differently each time`() throws {
        #expect(try key.seal(secret, aad: "a", random: random) != key.seal(secret, aad: "a", random: random))
    }

    @Test func `another key is named, not tried`() throws {
        let sealed = try key.seal(secret, aad: "a", random: random)
        #expect(throws: AuthError(.sealKeyUnknown, keyID: key.id)) { try other.open(sealed, aad: "a") }
    }

    @Test(arguments: ["", "ca:2", "ca:1 "]) func `another place is refused`(aad: String) throws {
        let sealed = try key.seal(secret, aad: "ca:1", random: random)
        #expect(throws: AuthError(.sealTampered)) { try key.open(sealed, aad: aad) }
    }

    @Test func `a change of any one byte is refused`() throws {
        let sealed = try key.seal(secret, aad: "a", random: random)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: AuthError.self) { try key.open(changed, aad: "a") }
        }
    }

    @Test func `a value cut at any length is refused`() throws {
        let sealed = try key.seal(secret, aad: "a", random: random)
        for length in sealed.indices {
            #expect(throws: AuthError.self) { try key.open(Array(sealed[..<length]), aad: "a") }
        }
        #expect(throws: AuthError(.sealFormat)) { try key.open(Array(sealed[..<32]), aad: "a") }
        #expect(throws: AuthError(.sealFormat)) { try key.open([2] + sealed.dropFirst(), aad: "a") }
    }

    @Test func `a key is read from hex or base64, with white space around`() throws {
        let bytes = random.bytes(32)
        let expected = try SealingKey(Secret(bytes)).id
        let base64 = Data(bytes).base64EncodedString()
        for text in [
            Hex.encode(bytes), Hex.encode(bytes).uppercased(), base64, " \(base64)\n", Base64URL.encode(bytes),
        ] { #expect(try SealingKey(text: Secret(text)).id == expected) }
    }

    @Test(arguments: [
        "", "short", String(repeating: "a", count: 63), String(repeating: "g", count: 64),
        Data(repeating: 1, count: 31).base64EncodedString(), Data(repeating: 1, count: 33).base64EncodedString(),
    ])
    func `text that is not 32 bytes is refused`(text: String) {
        #expect(throws: AuthError(.keyInvalid)) { try SealingKey(text: Secret(text)) }
    }

    @Test func `a ring seals with its first key and opens with every one`() throws {
        let old = SealingKeyring(key)
        let sealed = try old.seal(secret, aad: "a", random: random)
        let rotated = SealingKeyring(other, older: [key])
        #expect(rotated.sealingKeyID == other.id)
        #expect(try rotated.open(sealed, aad: "a").reveal() == secret.reveal())
        #expect(rotated.needsResealing(sealed))
        let again = try rotated.seal(secret, aad: "a", random: random)
        #expect(!rotated.needsResealing(again))
        #expect(throws: AuthError(.sealKeyUnknown, keyID: other.id)) { try old.open(again, aad: "a") }
        #expect("\(AuthError(.sealKeyUnknown, keyID: other.id))" == "seal_key_unknown (\(other.id))")
    }

    @Test func `a ring is read from lines, the sealing key first`() throws {
        let text =
            "# current\n\(String(repeating: "08", count: 32))\n\n  # older\n\(String(repeating: "07", count: 32))\n"
        let ring = try SealingKeyring(text: Secret(text))
        #expect(ring.sealingKeyID == other.id)
        #expect(try ring.open(key.seal(secret, aad: "a", random: random), aad: "a").reveal() == secret.reveal())
        #expect(throws: AuthError(.keyInvalid)) { try SealingKeyring(text: Secret("# nothing\n")) }
        #expect(throws: AuthError(.keyInvalid)) { try SealingKeyring(text: Secret("\(text)garbage\n")) }
    }
}
