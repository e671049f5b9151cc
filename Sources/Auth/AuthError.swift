/// Why a credential, key or sealed value was not accepted. Never shown to a client: whoever meets one answers with a
/// `Refusal`. The text holds the code alone, no data and no secret.
package struct AuthError: Error, Hashable, CustomStringConvertible {
    /// The closed list of reasons; raw values are stable and fit for logs and metrics.
    package enum Code: String, Sendable, CaseIterable {
        // Access tokens.
        case tokenMalformed = "token_malformed"
        case tokenType = "token_type"
        case tokenAlgorithm = "token_algorithm"
        case tokenKey = "token_key"
        case tokenSignature = "token_signature"
        case tokenIssuer = "token_issuer"
        case tokenAudience = "token_audience"
        case tokenSubject = "token_subject"
        case tokenExpired = "token_expired"
        case tokenNotYetValid = "token_not_yet_valid"
        // Keys and sealed values.
        case keyInvalid = "key_invalid"
        case noSigningKey = "no_signing_key"
        case sealFormat = "seal_format"
        case sealKeyUnknown = "seal_key_unknown"
        case sealTampered = "seal_tampered"
        // Stored password hashes.
        case passwordHashFormat = "password_hash_format"
        // Certificates.
        case certificateMalformed = "certificate_malformed"
        case certificateChain = "certificate_chain"
        case certificateValidity = "certificate_validity"
        case certificateIsAuthority = "certificate_is_authority"
        case certificateKeyUsage = "certificate_key_usage"
        case certificateExtendedKeyUsage = "certificate_extended_key_usage"
        case certificateNames = "certificate_names"
        case certificateTrustDomain = "certificate_trust_domain"
        case certificatePath = "certificate_path"
        case certificateIssuance = "certificate_issuance"
    }

    package let code: Code
    /// For `sealKeyUnknown`: the id of the key that the value was sealed with, which is public.
    package let keyID: String?

    package init(_ code: Code, keyID: String? = nil) {
        self.code = code
        self.keyID = keyID
    }

    package var description: String { keyID.map { "\(code.rawValue) (\($0))" } ?? code.rawValue }
}
