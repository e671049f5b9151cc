import Domain
import FoundationEssentials

/// One request to a provider.
struct ProviderRequest: Sendable {
    var url: String
    /// The whole value of the header.
    var authorization: Secret<String>?
    /// A form body; makes it a POST.
    var form: Secret<String>?
}

/// An answer, of whatever status.
struct ProviderAnswer: Sendable {
    let status: Int
    let body: [UInt8]

    /// - Throws: `ExternalError.unavailable` for anything but JSON of that form with status 200.
    func decode<Value: Decodable>(_: Value.Type, from what: String) throws(ExternalError) -> Value {
        guard status == 200 else { throw .unavailable("\(what): status \(status)") }
        guard let value = try? JSONDecoder().decodeForeign(Value.self, from: Data(body)) else {
            throw .unavailable("\(what): not the JSON that was expected")
        }
        return value
    }
}

/// How requests get to a provider.
protocol ProviderTransport: Sendable {
    /// - Throws: `ExternalError.unavailable` when there is no whole answer in time.
    func send(_ request: ProviderRequest) async throws(ExternalError) -> ProviderAnswer
}
