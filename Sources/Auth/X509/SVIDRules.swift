import Domain
import FoundationEssentials
import SwiftASN1
import X509

/// What a leaf must be to name an edge (SPIFFE X.509-SVID, sections 2 to 5.2).
enum SVIDRules {
    /// The edge that a leaf names. Says nothing about who signed it.
    /// - Throws: `AuthError` with the first rule that is broken.
    static func edgeID(
        of leaf: Certificate, trustDomain: String
    ) throws(AuthError) -> (spiffe: SPIFFEID, edge: EdgeID) {
        try checkUse(leaf.extensions)
        let names: SubjectAlternativeNames?
        do { names = try leaf.extensions.subjectAlternativeNames } catch { throw AuthError(.certificateMalformed) }
        let uris = (names ?? SubjectAlternativeNames()).compactMap { name -> String? in
            if case .uniformResourceIdentifier(let uri) = name { uri } else { nil }
        }
        guard uris.count == 1, let id = SPIFFEID(uri: uris[0]) else { throw AuthError(.certificateNames) }
        guard id.trustDomain == trustDomain else { throw AuthError(.certificateTrustDomain) }
        guard let edge = id.edgeID else { throw AuthError(.certificatePath) }
        return (id, EdgeID(rawValue: edge))
    }

    private static func checkUse(_ extensions: Certificate.Extensions) throws(AuthError) {
        let constraints: BasicConstraints?
        let usage: KeyUsage?
        let extended: ExtendedKeyUsage?
        do {
            constraints = try extensions.basicConstraints
            usage = try extensions.keyUsage
            extended = try extensions.extendedKeyUsage
        } catch {
            throw AuthError(.certificateMalformed)
        }
        if case .isCertificateAuthority = constraints { throw AuthError(.certificateIsAuthority) }
        guard let usage, extensions[oid: .X509ExtensionID.keyUsage]?.critical == true, usage.digitalSignature,
            !usage.keyCertSign, !usage.cRLSign
        else { throw AuthError(.certificateKeyUsage) }
        guard let extended, extended.contains(.clientAuth) else { throw AuthError(.certificateExtendedKeyUsage) }
    }
}

/// The part of the rules that concerns the chain: issuers must be allowed to sign certificates, which the library's
/// policy does not look at. Names and extended key usage of the leaf are checked by `SVIDRules`.
struct SVIDChainPolicy: VerifierPolicy, Sendable {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.extendedKeyUsage,
    ]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
        let issuersMaySign = chain.dropFirst().allSatisfy { (try? $0.extensions.keyUsage)?.keyCertSign == true }
        return issuersMaySign ? .meetsPolicy : .failsToMeetPolicy(reason: "an issuer lacks keyCertSign")
    }
}
