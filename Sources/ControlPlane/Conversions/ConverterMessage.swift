import Domain
import FoundationEssentials

/// A line of a converter's standard error. It comes out of the sandbox, so nothing in it is trusted.
enum ConverterMessage: Hashable, Sendable {
    /// What it does, and how far it is: 0…100.
    case progress(step: String, percent: Int)
    /// Why the model can't be converted.
    case reason(String)
    /// What a library or the sandbox printed.
    case other(String)

    private struct Line: Decodable {
        let step: String?
        let percent: Int?
        let reason: String?
    }

    /// - Returns: `nil` for a line without text.
    init?(_ text: String) {
        if text.hasPrefix("{"), let line = try? JSONDecoder().decodeForeign(Line.self, from: Data(text.utf8)) {
            if let reason = line.reason {
                self = .reason(Self.plain(reason, limit: 1000))
                return
            }
            if let step = line.step, Self.steps.contains(step), let percent = line.percent, (0...100).contains(percent)
            {
                self = .progress(step: step, percent: percent)
                return
            }
        }
        let plain = Self.plain(text, limit: 300)
        if plain.isEmpty { return nil }
        self = .other(plain)
    }

    private static let steps: Set<String> = ["load", "convert", "check", "write"]

    /// One line without characters that control anything.
    private static func plain(_ text: String, limit: Int) -> String {
        let scalars = text.unicodeScalars.prefix(limit).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
    }
}
