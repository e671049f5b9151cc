import Domain
import FoundationEssentials
import HTTPTypes

/// The `Content-Digest` header (RFC 9530): a dictionary with the member `sha-256`, a byte sequence.
enum ContentDigest {
    /// The SHA-256 in the header; `nil` without the header.
    /// - Throws: `Refusal.invalid` for a header that has no readable `sha-256` member.
    static func parse(_ headers: HTTPFields) throws(Refusal) -> Digest? {
        guard let text = headers[.contentDigest] else { return nil }
        for member in text.split(separator: ",") {
            let parts = member.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            guard parts.count == 2, parts[0].lowercased() == "sha-256", parts[1].count > 2, parts[1].hasPrefix(":"),
                parts[1].hasSuffix(":"), let bytes = Data(base64Encoded: String(parts[1].dropFirst().dropLast())),
                bytes.count == 32
            else { continue }
            return Digest(bytes: Array(bytes))
        }
        throw .invalid("Content-Digest", "rfc9530", "sha-256=:<base64 of 32 bytes>:")
    }
}
