package import FoundationEssentials

/// The canonical text (RFC 9562, section 4). Foundation's own is upper case, and goes through `printf` and `scanf`.
extension UUID {
    /// 36 characters in lower case.
    package var text: String {
        unsafe withUnsafeBytes(of: uuid) { bytes in
            unsafe String(unsafeUninitializedCapacity: 36) { out in
                var count = 0
                for index in 0..<16 {
                    if Self.isAfterHyphen(index) {
                        unsafe out[count] = UInt8(ascii: "-")
                        count += 1
                    }
                    unsafe out[count] = Hex.digit(bytes[index] >> 4)
                    unsafe out[count + 1] = Hex.digit(bytes[index] & 15)
                    count += 2
                }
                return count
            }
        }
    }

    /// Reads the 36 characters in either case; anything else is `nil`.
    package init?(text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 36 else { return nil }
        var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isRead = unsafe withUnsafeMutableBytes(of: &value) { bytes in
            var position = 0
            for index in 0..<16 {
                if Self.isAfterHyphen(index) {
                    guard digits[position] == UInt8(ascii: "-") else { return false }
                    position += 1
                }
                guard let high = Hex.nibble(digits[position]), let low = Hex.nibble(digits[position + 1]) else {
                    return false
                }
                unsafe bytes[index] = high << 4 | low
                position += 2
            }
            return true
        }
        guard isRead else { return nil }
        self.init(uuid: value)
    }

    private static func isAfterHyphen(_ index: Int) -> Bool { index == 4 || index == 6 || index == 8 || index == 10 }
}
