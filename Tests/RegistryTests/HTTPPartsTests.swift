import Domain
import Foundation
import TestSupport
import Testing

@testable import Registry

@Suite struct HTTPPartsTests {
    struct Challenge: CustomTestStringConvertible {
        let testDescription: String
        let expected: [AuthChallenge]
    }
    static let challenges = [
        Challenge(
            testDescription: #"Basic realm="drover test""#,
            expected: [.init(scheme: "basic", parameters: ["realm": "drover test"])]),
        Challenge(
            testDescription: #"Bearer realm="https://a/t?x=1,2",service="s",scope="repository:a/b:pull,push""#,
            expected: [
                .init(
                    scheme: "bearer",
                    parameters: [
                        "realm": "https://a/t?x=1,2", "service": "s", "scope": "repository:a/b:pull,push",
                    ])
            ]),
        Challenge(
            testDescription: #"Negotiate, Bearer realm = "r", error=invalid_token , Basic Realm="q\"uote""#,
            expected: [
                .init(scheme: "negotiate", parameters: [:]),
                .init(scheme: "bearer", parameters: ["realm": "r", "error": "invalid_token"]),
                .init(scheme: "basic", parameters: ["realm": #"q"uote"#]),
            ]),
        Challenge(testDescription: "", expected: []),
        Challenge(testDescription: #"Bearer realm="open"#, expected: [.init(scheme: "bearer", parameters: [:])]),
        Challenge(testDescription: #"="x""#, expected: []),
    ]

    @Test(arguments: challenges) func `challenges are read`(_ challenge: Challenge) {
        #expect(AuthChallenge.parse(challenge.testDescription) == challenge.expected)
    }

    struct RetryAfter: CustomTestStringConvertible {
        let testDescription: String
        let expected: Duration?
    }
    static let retries = [
        RetryAfter(testDescription: "7", expected: .seconds(7)),
        RetryAfter(testDescription: " 0 ", expected: .zero),
        RetryAfter(testDescription: "Sun, 06 Nov 1994 08:50:07 GMT", expected: .seconds(30)),
        RetryAfter(testDescription: "Sun, 06 Nov 1994 08:00:00 GMT", expected: .zero),
        RetryAfter(testDescription: "-3", expected: nil),
        RetryAfter(testDescription: "soon", expected: nil),
        RetryAfter(testDescription: "Sun, 36 Nov 1994 08:50:07 GMT", expected: nil),
    ]

    @Test(arguments: retries) func `Retry-After is seconds or a date`(_ retry: RetryAfter) {
        let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110)
        #expect(RetryPolicy.retryAfter(retry.testDescription, now: now) == retry.expected)
    }

    @Test func `dates agree with Foundation over four hundred years`() {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for day in stride(from: 0, to: 146_097, by: 31) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 3661)
            #expect(HTTPDate.parse(format.string(from: date)) == date)
        }
    }

    struct FixedRandom: RandomSource {
        let byte: UInt8
        func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }
    }

    @Test func `pauses double, are jittered, and are capped`() {
        let policy = RetryPolicy()
        let high = (1...9).map { policy.pause(after: $0, retryAfter: nil, random: FixedRandom(byte: 255)) }
        for (pause, seconds) in zip(high, [0.5, 1, 2, 4, 8, 16, 30, 30, 30]) {
            #expect(pause <= .seconds(seconds) && pause > .seconds(seconds * 0.999))
        }
        #expect(policy.pause(after: 5, retryAfter: nil, random: FixedRandom(byte: 0)) == .zero)
        #expect(policy.pause(after: 1, retryAfter: .seconds(9), random: FixedRandom(byte: 0)) == .seconds(9))
    }
}
