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

    /// A name from the path.
    func text(_ name: String) throws(Refusal) -> String {
        guard let text = parameters.get(name) else { throw .notFound(.route) }
        return text
    }
}

extension Request {
    /// A query parameter that may hold spaces, in either spelling: `%20`, or `+` as forms and most clients write it.
    func queryText(_ name: String) -> String? {
        guard let query = uri.query else { return nil }
        return URI("/?\(query.replacing("+", with: "%20"))").queryParameters[Substring(name)].map(String.init)
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
