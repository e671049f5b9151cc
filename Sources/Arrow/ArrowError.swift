/// Why bytes are not what the Arrow columnar format says. Holds no data.
package struct ArrowError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
