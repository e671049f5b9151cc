/// A failed operation on the registry. `description` names the operation and the kind of failure and holds no data of
/// the request, no URL and no credentials; `debugDescription` adds what the registry said.
package struct RegistryError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What went wrong, for code that must decide.
    package enum Code: String, Hashable, Sendable {
        /// No credentials, or wrong ones (401, or the token server refused).
        case unauthorized
        /// Known, but not allowed (403).
        case denied
        /// The same two for a client that acts for somebody (`RegistryClient.acting`): their account is refused.
        case credentialsRefused
        /// No such repository, manifest, tag or blob.
        case notFound
        /// Bytes do not hash to the digest they are known by.
        case digestMismatch
        /// A header of an answer names another digest than that of the content, which is ours or was checked. Nobody
        /// believes it, and caches that mix up headers do so in passing: worth another try.
        case headerMismatch
        /// Fewer or more bytes than announced.
        case lengthMismatch
        /// The upload session is gone or broken.
        case uploadInvalid
        /// Over a limit of the registry or of the spool directory.
        case tooLarge
        /// The registry asks to slow down (429).
        case tooMany
        /// Network trouble, a timeout or a 5xx: trying again may help.
        case unavailable
        /// The registry refuses the manifest, a name or a tag, or sent a manifest that cannot be read.
        case manifestInvalid
        /// The registry refuses a stream of bytes in a PATCH, or took another number of them; it wants
        /// `UploadMode.monolithic`.
        case noStreams
        /// The registry does not offer the operation.
        case unsupported
        /// An answer that the distribution specification does not allow, or that would be unsafe to follow.
        case protocolViolation
        /// No valid signature by the key that was asked for.
        case unverified
        /// Local file or spool trouble.
        case localFile
        /// The task was cancelled.
        case cancelled
    }

    /// One entry of the registry's own error list (distribution-spec 1.1, "Error codes").
    package struct Detail: Hashable, Sendable {
        package let code: String
        package let message: String
    }

    package let code: Code
    /// The operation, for example `PUT manifest`.
    package let operation: String
    /// A fixed sentence; no data.
    package let reason: String
    /// The HTTP status, when there was an answer.
    package let status: Int?
    /// What the registry itself said.
    package let details: [Detail]
    /// How long the registry asked to wait.
    package let retryAfter: Duration?

    package init(
        _ code: Code, _ operation: String, reason: String, status: Int? = nil, details: [Detail] = [],
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.status = status
        self.details = details
        self.retryAfter = retryAfter
    }

    /// Whether the same request may succeed later.
    package var isTransient: Bool { [.unavailable, .tooMany, .headerMismatch].contains(code) }

    package var description: String {
        let status = status.map { " (HTTP \($0))" } ?? ""
        let codes = details.isEmpty ? "" : " [\(details.map(\.code).joined(separator: ", "))]"
        return "registry: \(operation): \(code.rawValue)\(status)\(codes): \(reason)"
    }

    package var debugDescription: String {
        ([description] + details.map { "\($0.code): \($0.message)" }).joined(separator: "; ")
    }
}
