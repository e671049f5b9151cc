/// Why the agent stopped. The text is for people; it names paths, line numbers and rules, never a secret or a record.
package struct EdgeAgentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; each has its own exit code.
    package enum Code: Sendable, Hashable, CaseIterable {
        /// A record in the input is not a JSON object, or not UTF-8.
        case badInput
        /// The input can't be opened or read.
        case noInput
        /// The server could not be reached within the time that was allowed.
        case unreachable
        /// The server's answer breaks the protocol, or it does not understand ours.
        case protocolViolation
        /// The persist directory can't be read or written, or what stands there is damaged.
        case storage
        /// Another agent holds the persist directory.
        case inUse
        /// The server's certificate is not the one the bundle or the trust store allows.
        case untrusted
        /// The server refuses this token or this edge for good.
        case refused
        /// There is neither an identity nor a usable bundle, or an option is wrong.
        case configuration
    }

    package let code: Code
    /// One sentence without a line feed.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// The exit code of the process, after sysexits.h where it has a name for the case.
    package var exitCode: Int32 {
        switch code {
        case .badInput: 65
        case .noInput: 66
        case .unreachable: 69
        case .protocolViolation: 70
        case .storage: 74
        case .inUse: 75
        case .untrusted: 76
        case .refused: 77
        case .configuration: 78
        }
    }
}
