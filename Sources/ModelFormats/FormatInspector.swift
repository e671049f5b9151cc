package import Domain

/// Looks at a model file as its bytes go by, in pieces of any size. Nothing of a file is ever executed, imported or
/// unpacked to disk, and memory does not grow with the file.
package protocol FormatInspector {
    /// Takes the next bytes of the file.
    /// - Throws: `Refusal.invalid` of the field `body` as soon as the bytes can't be such a file.
    mutating func consume(_ bytes: Span<UInt8>) throws(Refusal)

    /// Ends the file.
    /// - Returns: what was learned.
    /// - Throws: `Refusal.invalid`: rule `not_empty` for no bytes, else the rule of the format.
    mutating func finish() throws(Refusal) -> ModelInspection

    /// How many of the next bytes do not matter.
    var unneededBytes: UInt64 { get }

    /// Goes on behind `count` bytes, at most `unneededBytes`.
    /// - Throws: as `consume`.
    mutating func skip(_ count: UInt64) throws(Refusal)
}

extension FormatInspector {
    package var unneededBytes: UInt64 { 0 }
    package mutating func skip(_ count: UInt64) throws(Refusal) {}

    /// Takes the next bytes of the file, or passes over them when none of them matters.
    /// - Returns: whether they were looked at.
    /// - Throws: as `consume`.
    @discardableResult
    package mutating func take(_ bytes: Span<UInt8>) throws(Refusal) -> Bool {
        guard bytes.count > 0, unneededBytes >= UInt64(bytes.count) else {
            try consume(bytes)
            return true
        }
        try skip(UInt64(bytes.count))
        return false
    }
}

/// Which inspector a framework's files get.
package enum FormatInspectors {
    /// - Parameters:
    ///   - fileName: already known to be a file type of the framework.
    ///   - unpackedLimit: the most bytes that an archive may hold when it is unpacked.
    /// - Throws: `Refusal.unavailable` when there is no memory for it.
    package static func make(_ framework: ModelFramework, fileName: String, unpackedLimit: Int64) throws(Refusal)
        -> sending any FormatInspector
    {
        switch framework {
        case .onnx: return ONNXInspector()
        case .tensorflow: return try ZipInspector(SavedModelLayout(), unpackedLimit: unpackedLimit)
        case .keras where fileName.lowercased().hasSuffix(".h5"): return HDF5Inspector()
        case .keras: return try ZipInspector(SavedModelLayout(), unpackedLimit: unpackedLimit)
        case .sklearn: return PickleInspector(library: "sklearn")
        case .xgboost: return PickleInspector(library: "xgboost")
        case .pytorch: return try ZipInspector(TorchScriptLayout(), unpackedLimit: unpackedLimit)
        case .python: return PythonStepInspector()
        case .custom: return try ZipInspector(BYOPLayout(), unpackedLimit: unpackedLimit)
        default:
            return try ZipInspector(
                HuggingFaceLayout(isDiffusers: framework == .textToImage), unpackedLimit: unpackedLimit)
        }
    }
}

/// A refusal of the file itself.
struct FormatRule {
    /// The rule's stable name.
    let name: String

    func refusal(_ why: String) -> Refusal { .invalid("body", name, why) }

    static let empty = Refusal.invalid("body", "not_empty", "the model file has no bytes")
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// A little-endian number; the caller knows that it is inside.
    func little<T: FixedWidthInteger>(_ place: Int, as _: T.Type = T.self) -> T {
        var value: UInt64 = 0
        for byte in self[place..<place + T.bitWidth / 8].reversed() { value = value << 8 | UInt64(byte) }
        return T(truncatingIfNeeded: value)
    }
}

extension ArraySlice<UInt8> {
    /// A little-endian number, so many bytes behind the slice's begin; the caller knows that it is inside.
    func little<T: FixedWidthInteger>(_ place: Int, as _: T.Type = T.self) -> T {
        var value: UInt64 = 0
        for byte in dropFirst(place).prefix(T.bitWidth / 8).reversed() { value = value << 8 | UInt64(byte) }
        return T(truncatingIfNeeded: value)
    }
}
