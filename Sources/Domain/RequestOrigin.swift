/// Where the request that is being answered came from, for the audit.
package struct RequestOrigin: Sendable {
    /// The client's IP address; `nil` when it is not known.
    package let address: String?
    package let requestID: String

    /// Whom the address stands for where requests are counted; `nil` when it is not known.
    package var network: String? { address.map(IPAddress.network) }

    /// Set while a request is answered that may change something.
    @TaskLocal package static var current: RequestOrigin?

    package init(address: String?, requestID: String) {
        self.address = address
        self.requestID = requestID
    }
}
