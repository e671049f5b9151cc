import Crypto
import CryptoExtras
import FoundationEssentials

/// A scrypt hash with its parameters: `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, base64 without padding, in the manner of
/// the PHC string format.
package struct PasswordHash: Equatable {
    /// The cost of one hash; memory is 128 · 2^logN · r bytes.
    package struct Parameters: Hashable, Sendable {
        package let logN: Int
        package let blockSize: Int
        package let parallelism: Int

        /// `nil` outside the bounds that a stored hash may ask for: 2^10...2^17, at most 128 MiB.
        package init?(logN: Int, blockSize: Int = 8, parallelism: Int = 1) {
            guard (10...17).contains(logN), (1...32).contains(blockSize), (1...4).contains(parallelism),
                128 * (1 << logN) * blockSize <= 128 << 20
            else { return nil }
            self.init(unchecked: logN, blockSize, parallelism)
        }

        private init(unchecked logN: Int, _ blockSize: Int, _ parallelism: Int) {
            self.logN = logN
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// N = 2^15, r = 8, p = 1: 32 MiB and about 80 ms (stack-facts.md, section 5).
        package static let standard = Parameters(unchecked: 15, 8, 1)
    }

    let parameters: Parameters
    let salt: [UInt8]
    let hash: [UInt8]

    static let saltBytes = 16
    static let hashBytes = 32

    /// Computes the hash; blocks the calling thread for its whole duration.
    static func compute(_ password: String, salt: [UInt8], parameters: Parameters) throws -> PasswordHash {
        // The memory bound is passed although swift-crypto 4.5 computes its own from the parameters: ours are bounded.
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: hashBytes, rounds: 1 << parameters.logN,
            blockSize: parameters.blockSize, parallelism: parameters.parallelism,
            maxMemory: 128 * ((1 << parameters.logN) + parameters.parallelism + 2) * parameters.blockSize)
        return PasswordHash(parameters: parameters, salt: salt, hash: unsafe key.withUnsafeBytes { unsafe Array($0) })
    }

    init(parameters: Parameters, salt: [UInt8], hash: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
    }

    /// Reads the stored form; parameters outside the bounds, or a short salt or hash, are `nil`.
    init?(_ encoded: String) {
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard encoded.utf8.count <= 256, parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let parameters = Self.parameters(parts[2]), let salt = Self.unpadded(parts[3]),
            let hash = Self.unpadded(parts[4]), (16...64).contains(salt.count), hash.count == Self.hashBytes
        else { return nil }
        self.init(parameters: parameters, salt: salt, hash: hash)
    }

    /// The stored form.
    var encoded: String {
        let numbers = "ln=\(parameters.logN),r=\(parameters.blockSize),p=\(parameters.parallelism)"
        return "$scrypt$\(numbers)$\(Self.unpadded(salt))$\(Self.unpadded(hash))"
    }

    /// Compares without stopping at the first difference.
    func matches(_ other: PasswordHash) -> Bool {
        guard hash.count == other.hash.count else { return false }
        return zip(hash, other.hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func parameters(_ text: Substring) -> Parameters? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3, fields[0].hasPrefix("ln="), fields[1].hasPrefix("r="), fields[2].hasPrefix("p="),
            let logN = decimal(fields[0].dropFirst(3)), let blockSize = decimal(fields[1].dropFirst(2)),
            let parallelism = decimal(fields[2].dropFirst(2))
        else { return nil }
        return Parameters(logN: logN, blockSize: blockSize, parallelism: parallelism)
    }

    private static func decimal(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func unpadded(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    private static func unpadded(_ text: Substring) -> [UInt8]? {
        guard !text.contains("=") else { return nil }
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: String(padded)), unpadded(Array(data)) == text else { return nil }
        return Array(data)
    }
}
