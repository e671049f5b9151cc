import FoundationEssentials
import TestSupport
import Testing

@testable import ControlPlane

struct FailureBucketsTests {
    private let start = ManualTime.start

    @Test func `so many failures are free, then one comes back each ten seconds`() {
        let buckets = FailureBuckets(capacity: 3, refillSeconds: 10)
        for _ in 0..<3 {
            #expect(buckets.wait(of: "a", at: start) == nil)
            buckets.fail("a", at: start)
        }
        #expect(buckets.wait(of: "a", at: start) == 10)
        #expect(buckets.wait(of: "b", at: start) == nil)
        #expect(buckets.wait(of: "a", at: start + 9.5) == 1)
        #expect(buckets.wait(of: "a", at: start + 10) == nil)
        buckets.fail("a", at: start + 10)
        #expect(buckets.wait(of: "a", at: start + 10) == 10)
        #expect(buckets.wait(of: "a", at: start + 40) == nil)
        // A clock that is put back makes nobody wait longer.
        #expect(buckets.wait(of: "a", at: start - 3600) == 10)
    }

    @Test func `failures that were under way together cost no more than the bucket holds`() {
        let buckets = FailureBuckets(capacity: 3, refillSeconds: 10)
        for _ in 0..<50 { buckets.fail("a", at: start) }
        #expect(buckets.wait(of: "a", at: start) == 10)
    }

    @Test func `whoever comes from everywhere takes no more memory, and those of late are remembered`() {
        let buckets = FailureBuckets(capacity: 1, refillSeconds: 10, networkLimit: 100)
        for number in 0..<1000 {
            buckets.fail("\(number)", at: start)
            #expect(buckets.networkCount <= 200)
        }
        #expect(buckets.wait(of: "999", at: start) == 10)
        #expect(buckets.wait(of: "900", at: start) == 10)
        #expect(buckets.wait(of: "0", at: start) == nil)
    }
}
