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
        var rest = text.utf8[...]
        guard rest.count == 36 else { return nil }
        var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isRead = unsafe withUnsafeMutableBytes(of: &value) { bytes in
            for index in 0..<16 {
                if Self.isAfterHyphen(index), rest.popFirst() != UInt8(ascii: "-") { return false }
                guard let first = rest.popFirst(), let second = rest.popFirst(), let high = Hex.nibble(first),
                    let low = Hex.nibble(second)
                else { return false }
                unsafe bytes[index] = high << 4 | low
            }
            return true
        }
        guard isRead else { return nil }
        self.init(uuid: value)
    }

    private static func isAfterHyphen(_ index: Int) -> Bool { index == 4 || index == 6 || index == 8 || index == 10 }
}
