package import Domain
import FoundationEssentials
package import Logging

/// Writes each log message as one JSON object on one line: time, level, message, then the metadata as flat keys.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let time: any TimeSource
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one finished line, with its line feed.
    package init(
        label: String, level: Logger.Level, time: any TimeSource = SystemTime(),
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.logLevel = level
        self.time = time
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = "{\"time\":\"\(Timestamp.text(time.now()))\",\"level\":\"\(event.level.rawValue)\",\"message\":"
        Self.append(event.message.description, to: &line)
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += ","
            Self.append(key, to: &line)
            line += ":"
            Self.append(value, to: &line)
        }
        line += "}\n"
        write(line)
    }

    private static func append(_ value: Logger.MetadataValue, to line: inout String) {
        switch value {
        case .stringConvertible(let number as any BinaryInteger): line += "\(number)"
        case .stringConvertible(let number as Double): line += "\(number)"
        default: append(value.description, to: &line)
        }
    }

    /// A JSON string; control characters are escaped, so no text can begin a line of its own.
    private static func append(_ text: String, to line: inout String) {
        line += "\""
        let isPlain = text.utf8.allSatisfy {
            (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain {
            line += text
        } else {
            appendEscaped(text, to: &line)
        }
        line += "\""
    }

    private static func appendEscaped(_ text: String, to line: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
                    || scalar.value == 0x2028 || scalar.value == 0x2029
                {
                    let hex = String(scalar.value, radix: 16)
                    line += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    line.unicodeScalars.append(scalar)
                }
            }
        }
    }
}
