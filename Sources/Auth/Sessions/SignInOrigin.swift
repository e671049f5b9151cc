/// Who is on the other side of a sign-in, as far as the connection and the client say; shown to people who look through
/// their sign-ins, and counted against guessing. Never trusted.
package struct SignInOrigin: Hashable, Sendable {
    /// The client's address, at most 64 characters; `nil` when it is not known.
    package let address: String?
    /// What the client calls itself: at most 200 characters, without control characters.
    package let agent: String

    package init(address: String?, agent: String) {
        self.address = address.map { Self.cleaned($0, limit: 64) }
        self.agent = Self.cleaned(agent, limit: 200)
    }

    package static let unknown = SignInOrigin(address: nil, agent: "")

    static func cleaned(_ text: String, limit: Int) -> String {
        let scalars = text.unicodeScalars.prefix(limit).filter {
            switch $0.properties.generalCategory {
            // Also what would turn the text around it: directional marks are format characters.
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
