import Auth
import Domain
import Hummingbird
import HummingbirdCore

extension RequestContext {
    /// An id from the path. Text that can't be an id names nothing, so it is a 404 like any other unknown id.
    /// - Throws: `Refusal.notFound`.
    func id<ID: LosslessStringConvertible>(_ name: String, of kind: Refusal.Kind, as _: ID.Type = ID.self)
        throws(Refusal) -> ID
    {
        guard let text = parameters.get(name), let id = ID(text) else { throw .notFound(kind) }
        return id
    }

    /// A user from the path, by id or by e-mail address. Text that can't be either names nobody.
    /// - Throws: `Refusal.notFound`.
    func user(_ name: String) throws(Refusal) -> UserKey {
        let text = try text(name)
        if let id = UserID(text) { return .id(id) }
        guard let plain = PercentEncoding.decode(text), Email.isValid(plain) else { throw .notFound(.user) }
        return .email(Email(unchecked: plain))
    }

    /// A name from the path.
    func text(_ name: String) throws(Refusal) -> String {
        guard let text = parameters.get(name) else { throw .notFound(.route) }
        return text
    }
}

extension Request {
    /// A query parameter that may hold spaces, in either spelling: `%20`, or `+` as forms and most clients write it.
    func queryText(_ name: String) -> String? {
        // What is no text stays no valid value of anything.
        rawQueryParameter(name).map { PercentEncoding.decode($0, plusIsSpace: true) ?? "" }
    }

    /// That none of these query parameters is there twice.
    /// - Throws: `Refusal.invalid` with rule `once`.
    func requireOnce(_ names: String...) throws(Refusal) {
        let found = (uri.query ?? "").split(separator: "&").map { pair in
            PercentEncoding.bytes(String(pair.prefix { $0 != "=" }))
        }
        for name in names where found.count(where: { $0.elementsEqual(name.utf8) }) > 1 {
            throw .invalid(name, "once", "once, not several times")
        }
    }

    /// A query parameter that is `true` or `false`; `nil` when it is absent.
    /// - Throws: `Refusal.invalid`.
    func flag(_ name: String) throws(Refusal) -> Bool? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let value = Bool(String(text)) else { throw .invalid(name, "one_of", "one of true, false") }
        return value
    }

    /// `tag`: a part of the text of a tag (TAG-11); `nil` when it is absent, and empty for any tag.
    /// - Throws: `Refusal.invalid`.
    func tagTerm() throws(Refusal) -> String? {
        guard let text = rawQueryParameter("tag") else { return nil }
        guard let plain = PercentEncoding.decode(text, plusIsSpace: true), TagText.isSearchable(plain) else {
            throw .invalid("tag", TagText.rule, "at most 100 characters without control characters")
        }
        return plain
    }

    /// A query parameter as it came. `queryParameters` leaves a plus sign that stands for a space as it is, and then it
    /// looks like one that was escaped.
    private func rawQueryParameter(_ name: String) -> Substring? {
        for pair in (uri.query ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves[0] == name { return halves.count == 2 ? halves[1] : "" }
        }
        return nil
    }

    /// A query parameter that must be one of an enumeration's values; `fallback` when it is absent.
    /// - Throws: `Refusal.invalid` that lists the values.
    func choice<T: RawRepresentable<String> & CaseIterable>(_ name: String, default fallback: T) throws(Refusal) -> T {
        guard let text = uri.queryParameters[Substring(name)] else { return fallback }
        guard let value = T(rawValue: String(text)) else {
            throw .invalid(name, "one_of", "one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
