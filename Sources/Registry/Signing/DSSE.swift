import FoundationEssentials

/// A DSSE envelope (secure-systems-lab/dsse, protocol v1.0.2) with one signature.
struct DSSEEnvelope: Encodable {
    struct Signature: Encodable {
        /// Standard base64.
        let sig: String
    }
    /// Standard base64.
    let payload: String
    let payloadType: String
    let signatures: [Signature]

    init(payload: [UInt8], type: String, signature: [UInt8]) {
        self.payload = Data(payload).base64EncodedString()
        payloadType = type
        signatures = [Signature(sig: Data(signature).base64EncodedString())]
    }

    /// What is signed: type and payload with their lengths, so that neither can be taken for the other.
    static func preAuthenticationEncoding(type: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
