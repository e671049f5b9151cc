import Domain
import HTTPTypes
import Hummingbird

/// Revisions as strong entity tags (RFC 9110, section 8.8.3): `"7"`.
enum ETag {
    static func text(_ revision: Int64) -> String { "\"\(revision)\"" }

    /// The revision that a change is based on; `nil` for `*`, which takes any (RFC 9110, section 13.1.1).
    /// - Throws: `Refusal.preconditionRequired` without `If-Match`, `.stale` for a tag that is none of ours.
    static func required(in request: Request) throws(Refusal) -> Int64? {
        guard let text = request.headers[.ifMatch] else { throw .preconditionRequired }
        if text == "*" { return nil }
        guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\""),
            let revision = Int64(text.dropFirst().dropLast())
        else { throw .stale }
        return revision
    }
}
