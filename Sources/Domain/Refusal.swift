/// One input that breaks a rule: which field, which rule, and a sentence for a person.
package struct FieldError: Error, Hashable, Sendable, Codable {
    /// Where the value stood: a JSON path such as `steps[0].models`, a query parameter or a header name.
    package let field: String
    /// A stable machine-readable name of the rule, for example `dns_label`.
    package let rule: String
    /// What the rule asks for, without repeating a secret.
    package let detail: String

    package init(field: String, rule: String, detail: String) {
        self.field = field
        self.rule = rule
        self.detail = detail
    }
}

/// Everything a client may be refused for: the closed list. `ControlPlane/HTTP/ProblemDetails.swift` is the only place
/// that turns one into an answer (RFC 9457); docs/errors.md lists them.
package enum Refusal: Error, Hashable, Sendable {
    /// 401: no valid credentials. The text never says which check failed.
    case unauthenticated(String)
    /// 403: known to the caller, but not allowed.
    case forbidden(String)
    /// 404: absent, or outside the caller's workspaces, which must look the same.
    case notFound(Kind)
    /// 405: the path exists under another method.
    case methodNotAllowed(allow: String)
    /// 409: the state or a unique name forbids it. The code is stable.
    case conflict(Conflict, String)
    /// 400: not understood at all (syntax, encoding, framing).
    case malformed(String)
    /// 422: understood, but breaks rules.
    case invalid([FieldError])
    /// 412: `If-Match` names a revision that is not the current one.
    case stale
    /// 428: a change of a mutable resource needs `If-Match`.
    case preconditionRequired
    /// 413: over a limit, in bytes.
    case tooLarge(limitBytes: Int)
    /// 415: a content type or encoding that the route does not take.
    case unsupportedMediaType(String)
    /// 429: try again after so many seconds.
    case tooMany(retryAfterSeconds: Int)
    /// 502: a server that somebody named, such as a model registry, refuses or gives an answer that is of no use.
    case badGateway(Gateway, String)
    /// 503: a dependency is away or saturated; nothing was changed.
    case unavailable(String, retryAfterSeconds: Int)

    /// One broken rule.
    package static func invalid(_ field: String, _ rule: String, _ detail: String) -> Refusal {
        .invalid([FieldError(field: field, rule: rule, detail: detail)])
    }

    /// What was not found, in the words of the API.
    package enum Kind: String, Sendable, CaseIterable {
        case route, user, workspace, member, model, modelVersion = "model version", pipeline
        case pipelineVersion = "pipeline version", publish, edge
        case connection
        case modelRegistry = "model registry"
        case registryCredentials = "registry credentials"
        case registryItem = "item in the model registry"
        case signIn = "sign-in"
        case tag
        case token
        case identity
        case serviceAccount = "service account"
    }

    /// The stable codes of 502 answers.
    package enum Gateway: String, Sendable, CaseIterable {
        case registryRefused = "registry_refused"
        case registryAnswer = "registry_answer"
    }

    /// The stable codes of 409 answers.
    package enum Conflict: String, Sendable, CaseIterable {
        case nameTaken = "name_taken"
        case emailTaken = "email_taken"
        case lastOwner = "last_owner"
        case notPublished = "not_published"
        case publishReplaced = "publish_replaced"
        case idempotencyKeyReused = "idempotency_key_reused"
        case requestInProgress = "request_in_progress"
        case logGap = "log_gap"
        case workspaceArchived = "workspace_archived"
        case modelNotReady = "model_not_ready"
        case connectionAttached = "connection_attached"
        case registryAttached = "registry_attached"
        case registryNotAttached = "registry_not_attached"
        case artifactsNotServed = "artifacts_not_served"
        case userLimit = "user_limit"
        case ownAccount = "own_account"
        case lastAdmin = "last_admin"
        case externalAccount = "external_account"
        case tagInUse = "tag_in_use"
        case serviceAccount = "service_account"
        case limitReached = "limit_reached"
        case modelVersionInUse = "model_version_in_use"
        case publishInUse = "publish_in_use"
        case quotaExceeded = "quota_exceeded"
    }
}
