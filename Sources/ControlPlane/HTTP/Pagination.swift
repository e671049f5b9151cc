import Domain
import FoundationEssentials
import Hummingbird

/// One page of a list: at most `limit` items and, when there are more, the cursor of the next page.
struct Page<Item: JSONWritable>: JSONWritable {
    let items: ArraySlice<Item>
    let nextCursor: String?

    /// Cuts the one row too many that the query asked for, and remembers where it stopped.
    init(_ rows: [Item], limit: Int, key: (Item) -> String) {
        items = rows.prefix(limit)
        nextCursor = rows.count > limit ? items.last.map { Cursor.encode(key($0)) } : nil
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("items", items)
            $0.member("next_cursor", ifAny: nextCursor)
        }
    }
}

/// `limit` and `cursor` of a list request.
struct PageRequest {
    /// 1…1000; 100 unless told.
    let limit: Int
    /// The key of the last row of the page before, as text.
    let after: String?

    /// - Throws: `Refusal.invalid` for field `limit` or `cursor`.
    init(_ request: Request) throws(Refusal) {
        let parameters = request.uri.queryParameters
        if let text = parameters["limit"] {
            guard let value = Int(text), (1...1000).contains(value) else {
                throw .invalid("limit", "range", "a whole number from 1 to 1000")
            }
            limit = value
        } else {
            limit = 100
        }
        if let text = parameters["cursor"] {
            guard let key = Cursor.decode(String(text)) else {
                throw .invalid("cursor", "cursor", "a next_cursor of this list, unchanged")
            }
            after = key
        } else {
            after = nil
        }
    }

    /// The key of the last row of the page before; `nil` on the first page.
    /// - Throws: `Refusal.invalid` for field `cursor` when it belongs to another kind of list.
    func afterKey<Key: LosslessStringConvertible>() throws(Refusal) -> Key? {
        guard let after else { return nil }
        guard let key = Key(after) else {
            throw .invalid("cursor", "cursor", "a next_cursor of this list, unchanged")
        }
        return key
    }
}

extension Request {
    /// Answers a list: reads `limit` and `cursor`, and cuts off the one row too many that tells of another page.
    /// - Parameters:
    ///   - key: what rows are in the order of.
    ///   - rows: those after a key, from the first for `nil`, and one more than the limit.
    /// - Throws: `Refusal.invalid` for field `limit` or `cursor`; what `rows` throws.
    func page<Row: JSONWritable, Key: LosslessStringConvertible>(
        by key: (Row) -> Key, _ rows: (_ after: Key?, _ limit: Int) async throws -> [Row]
    ) async throws -> Response {
        let page = try PageRequest(self)
        let rows = try await rows(try page.afterKey(), page.limit)
        return Response(json: Page(rows, limit: page.limit) { key($0).description })
    }
}

/// Cursors are base64url of a version letter and the last key; opaque to clients.
enum Cursor {
    static func encode(_ key: String) -> String { Data("k\(key)".utf8).base64URL }

    /// The longest key is an e-mail address of 254 bytes, which makes 340.
    private static let maxBytes = 400

    static func decode(_ text: String) -> String? {
        guard text.utf8.count <= maxBytes, let data = Data(base64URL: text),
            let plain = String(validating: data, as: UTF8.self),
            plain.first == "k"
        else { return nil }
        return String(plain.dropFirst())
    }
}

extension Data {
    /// Base64url without padding (RFC 4648, section 5).
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads base64url without padding; anything else is `nil`.
    init?(base64URL text: String) {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        else {
            return nil
        }
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
