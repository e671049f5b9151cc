package import Testing

/// Says which requirements of docs/requirements.md a test proves; `scripts/requirements` counts the ids of passing tests.
package struct Proves: TestTrait, SuiteTrait {
    /// Ids such as `PUB-08`.
    package let ids: [String]
    package let isRecursive = true
}

extension Trait where Self == Proves {
    /// The requirement ids of seed-features.md that this test proves.
    package static func proves(_ ids: String...) -> Proves { Proves(ids: ids) }
}
