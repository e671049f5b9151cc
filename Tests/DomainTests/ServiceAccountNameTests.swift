import Domain
import Testing

struct ServiceAccountNameTests {
    @Test(arguments: ["ci", "a", "nightly-report-2", String(repeating: "a", count: 63)])
    func `a name becomes an address that reaches nobody`(text: String) throws {
        let address = try ServiceAccountName(text).address(in: WorkspaceID(rawValue: 7))
        #expect(address.rawValue == "\(text)@workspace-7.service.invalid")
        #expect(Email.isValid(address.rawValue))
    }

    @Test(arguments: ["", "-a", "a-", "A", "a.b", "a_b", "a@b", "ä", String(repeating: "a", count: 64)])
    func `anything else is refused`(text: String) {
        #expect(ServiceAccountName(rawValue: text) == nil)
    }
}
