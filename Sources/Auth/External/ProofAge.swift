/// How long ago somebody may have shown the provider who they are (OpenID Connect Core 1.0, section 3.1.2.1).
package struct ProofAge: Codable, Hashable, Sendable {
    /// Seconds before the browser left for the provider; `nil` takes any, also one that the provider does not tell.
    let maxSeconds: Int?

    /// - Parameter maxSeconds: 0 is a proof made now.
    package init(maxSeconds: Int?) { self.maxSeconds = maxSeconds }

    /// Whatever the provider has.
    package static let any = ProofAge(maxSeconds: nil)
    /// Made now.
    package static let new = ProofAge(maxSeconds: 0)

    /// What the provider is asked. Some know one of the two parameters and not the other; `max_age` also asks to be told
    /// the age. It is never less than the difference of clocks that is borne: some providers hold it against the proof
    /// that they have got just now, and ask again for ever.
    var parameters: [(String, String?)] {
        guard let maxSeconds else { return [] }
        return [
            ("prompt", "login"), ("max_age", String(max(maxSeconds, Int(ExternalTokenRules.leeway)))),
        ]
    }
}
