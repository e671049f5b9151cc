import Domain
import FoundationEssentials

/// Turns an unexpected answer into a `RegistryError`.
enum ErrorDecoding {
    private struct Body: Decodable {
        struct Entry: Decodable {
            let code: String?
            let message: String?
        }
        let errors: [Entry]?
    }

    static func error(
        operation: String, status: Int, body: [UInt8], retryAfter: Duration?
    ) -> RegistryError {
        let decoded = try? JSONDecoder().decodeForeign(Body.self, from: Data(body))
        let details = (decoded?.errors ?? []).prefix(8).map { entry in
            RegistryError.Detail(code: printable(entry.code ?? "", 64), message: printable(entry.message ?? "", 300))
        }
        let code = details.lazy.compactMap { Self.code($0.code) }.first ?? Self.code(status)
        return RegistryError(
            status >= 500 && status != 501 ? .unavailable : code, operation, reason: "refused by the registry",
            status: status, details: Array(details), retryAfter: retryAfter)
    }

    /// The specification's codes (distribution-spec 1.1), and docker-registry's own few.
    private static func code(_ code: String) -> RegistryError.Code? {
        switch code {
        case "UNAUTHORIZED": .unauthorized
        case "DENIED": .denied
        case "BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "NAME_UNKNOWN": .notFound
        case "DIGEST_INVALID": .digestMismatch
        case "BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "SIZE_INVALID", "RANGE_INVALID": .uploadInvalid
        case "MANIFEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "NAME_INVALID", "TAG_INVALID": .manifestInvalid
        case "TOOMANYREQUESTS": .tooMany
        case "UNSUPPORTED": .unsupported
        default: nil
        }
    }

    private static func code(_ status: Int) -> RegistryError.Code {
        switch status {
        case 401: .unauthorized
        case 403: .denied
        case 404: .notFound
        case 405, 501: .unsupported
        case 408: .unavailable
        case 413: .tooLarge
        case 416: .uploadInvalid
        case 429: .tooMany
        default: .protocolViolation
        }
    }

    /// Keeps log lines on one line.
    private static func printable(_ text: String, _ limit: Int) -> String {
        String(text.prefix(limit).map { $0.isNewline || $0 == "\0" ? " " : $0 })
    }
}
