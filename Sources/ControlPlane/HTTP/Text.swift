import Domain
import HTTPTypes
import Hummingbird

/// Free text from clients.
enum Text {
    /// A person's or thing's name for display: 1 to 200 characters without control characters.
    /// - Throws: `Refusal.invalid`.
    static func name(_ text: String, field: String) throws(Refusal) -> String {
        guard (1...200).contains(text.unicodeScalars.count), !text.unicodeScalars.contains(where: isControl) else {
            throw .invalid(field, "display_text", "1 to 200 characters without control characters")
        }
        return text
    }

    /// Tags of an edge (EDGE-01): at most 32, each 1 to 100 characters.
    /// - Throws: `Refusal.invalid`.
    static func tags(_ tags: [String], field: String) throws(Refusal) -> [String] {
        guard tags.count <= 32 else { throw .invalid(field, "count", "at most 32 tags") }
        for (index, tag) in tags.enumerated() {
            guard (1...100).contains(tag.unicodeScalars.count), !tag.unicodeScalars.contains(where: isControl) else {
                throw .invalid("\(field)[\(index)]", "tag", "1 to 100 characters without control characters")
            }
        }
        return tags
    }

    /// The name of an uploaded file: it becomes a path inside the published artifact.
    /// - Throws: `Refusal.invalid`.
    static func fileName(_ text: String, field: String) throws(Refusal) -> String {
        let allowed = text.utf8.allSatisfy {
            switch $0 {
            case 48...57, 65...90, 97...122, 45, 46, 95: true
            default: false
            }
        }
        guard (1...128).contains(text.utf8.count), allowed, text.utf8.first != UInt8(ascii: ".") else {
            throw .invalid(field, "file_name", "1 to 128 of A-Z a-z 0-9 . _ -, not beginning with a dot")
        }
        return text
    }

    /// Also what breaks a line or turns the direction of text: whoever reads a log or a page must not be misled.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
    }
}

extension Response {
    /// 201 with the new resource and where it is.
    static func created(_ value: some JSONWritable, at location: String, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.location] = location
        return Response(json: value, status: .created, headers: headers)
    }
}
