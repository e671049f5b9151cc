/// A JSON document as text: what is stored and passed on as it is, without being read.
package struct JSONText: Sendable, Hashable {
    package var text: String
    package init(text: String) { self.text = text }
}
