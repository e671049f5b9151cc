import Domain
import FoundationEssentials

/// What has a form in the API's JSON. A noun says it once, beside its routes.
protocol JSONWritable {
    /// Writes one value.
    func write(to json: inout JSONWriter)
}

extension String: JSONWritable {
    func write(to json: inout JSONWriter) { json.string(self) }
}

extension Bool: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(self ? "true" : "false") }
}

extension Int: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(String(self)) }
}

extension Int64: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(String(self)) }
}

/// Whole numbers without a fraction; `null` for what is not finite, which JSON has no number for.
extension Double: JSONWritable {
    func write(to json: inout JSONWriter) {
        guard isFinite else { return json.literal("null") }
        json.literal(description.hasSuffix(".0") ? String(description.dropLast(2)) : description)
    }
}

/// An RFC 3339 time.
extension Date: JSONWritable {
    func write(to json: inout JSONWriter) { json.string(Timestamp.text(self)) }
}

extension Array: JSONWritable where Element: JSONWritable {
    func write(to json: inout JSONWriter) { json.array(self) }
}

extension ArraySlice: JSONWritable where Element: JSONWritable {
    func write(to json: inout JSONWriter) { json.array(self) }
}

/// An object whose names are data.
extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    func write(to json: inout JSONWriter) { json.object { $0.members(self) } }
}

/// The value's raw value.
extension JSONWritable where Self: RawRepresentable, RawValue: JSONWritable {
    func write(to json: inout JSONWriter) { rawValue.write(to: &json) }
}

extension IntegerID: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(description) }
}

extension UniqueID: JSONWritable {
    func write(to json: inout JSONWriter) { json.string(description) }
}

/// `sha256:` and 64 hex digits.
extension Digest: JSONWritable {
    func write(to json: inout JSONWriter) { json.string(description) }
}

/// A document that is written as it stands, without being read.
extension JSONText: JSONWritable {
    func write(to json: inout JSONWriter) { json.literal(text) }
}

extension Email: JSONWritable {}
extension WorkspaceName: JSONWritable {}
extension ModelName: JSONWritable {}
extension PipelineName: JSONWritable {}
extension EdgeName: JSONWritable {}
extension ConnectionName: JSONWritable {}
extension ConnectionType: JSONWritable {}
extension ModelRegistryName: JSONWritable {}
extension ModelRegistryURL: JSONWritable {}
extension TagText: JSONWritable {}
extension WorkspaceRole: JSONWritable {}
extension ModelFramework: JSONWritable {}
extension ModelRuntime: JSONWritable {}
extension Architecture: JSONWritable {}
extension Accelerator: JSONWritable {}
extension BatchMode: JSONWritable {}
extension ModelVersionStatus: JSONWritable {}
extension ConversionState: JSONWritable {}
extension PublishStatus: JSONWritable {}
extension EdgeState: JSONWritable {}
extension TokenAccess: JSONWritable {}
extension UserKind: JSONWritable {}
extension ServiceAccountName: JSONWritable {}

extension FieldError: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("field", field)
            $0.member("rule", rule)
            $0.member("detail", detail)
        }
    }
}
