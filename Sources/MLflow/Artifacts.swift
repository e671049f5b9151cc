import AsyncHTTPClient
package import FoundationEssentials
import NIOHTTP1

/// A file or directory of a model version (REG-12).
package struct RegisteredArtifact: Sendable, Hashable {
    /// From the version's own directory.
    package let path: String
    package let location: ArtifactLocation
    package let isDirectory: Bool
    /// In bytes, if the registry says it.
    package let sizeBytes: Int64?
    package let modifiedAt: Date?
}

extension MLflowSession {
    private static let maxFiles = 2000
    private static let maxDirectories = 100

    /// Everything that a version consists of, by path, directories before what is in them.
    /// - Throws: `MLflowError`.
    package func artifacts(of name: String, version: Int64) async throws -> [RegisteredArtifact] {
        var open = [(try await directory(of: name, version: version), "")]
        var found: [RegisteredArtifact] = []
        var (read, budget) = (0, MLflow.maxListBytes)
        while read < open.count {
            let (directory, prefix) = open[read]
            read += 1
            guard read <= Self.maxDirectories else { throw Self.tooMany }
            for file in try await files(in: directory, &budget) {
                guard let location = directory.appending(file.name) else {
                    throw MLflowError.unusable("a file without a name")
                }
                let path = prefix + file.name
                if file.isDir == true { open.append((location, path + "/")) }
                found.append(
                    RegisteredArtifact(
                        path: path, location: location, isDirectory: file.isDir ?? false,
                        sizeBytes: file.isDir == true ? nil : file.size, modifiedAt: file.modifiedAt))
                guard found.count <= Self.maxFiles else { throw Self.tooMany }
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    private static var tooMany: MLflowError {
        .unusable("more than \(maxFiles) artifacts, or more than \(maxDirectories) directories")
    }

    private func files(in directory: ArtifactLocation, _ budget: inout Int) async throws -> [FileAnswer] {
        let answer =
            switch directory {
            case .served(let path):
                try await json(FilesAnswer.self, ArtifactLocation.servedPrefix, [("path", path)], budget: &budget)
            case .dbfs(let path):
                try await json(FilesAnswer.self, "/api/2.0/dbfs/list", [("path", path)], budget: &budget)
            }
        return answer.files ?? []
    }

    /// Begins to read an artifact; its bytes come as fast as they are taken.
    /// - Throws: `MLflowError`.
    package func open(_ location: ArtifactLocation) async throws -> ArtifactBody {
        switch location {
        case .served(let path):
            let response = try await send(
                "\(ArtifactLocation.servedPrefix)/\(URLText.encode(path, keepingSlashes: true))")
            let length = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
            return ArtifactBody(.response(response.body), length: length)
        case .dbfs(let path):
            let file = try await blockFile(path)
            return ArtifactBody(.blocks(self, file), length: file.size)
        }
    }

    /// A file in DBFS as it is now.
    func blockFile(_ path: String) async throws -> ArtifactBody.BlockFile {
        let file = try await json(FileAnswer.self, "/api/2.0/dbfs/get-status", [("path", path)])
        guard file.isDir != true, let size = file.size else { throw MLflowError.notFound }
        return ArtifactBody.BlockFile(path: path, size: size, modifiedAt: file.modificationTime?.value)
    }

    /// The most that DBFS gives at once, in bytes.
    static let blockBytes: Int64 = 1 << 20

    /// A piece of a file in DBFS: at least one byte, at most `blockBytes`.
    func block(of path: String, at offset: Int64, upTo size: Int64) async throws -> [UInt8] {
        let wanted = min(Self.blockBytes, size - offset)
        let answer = try await json(
            ReadAnswer.self, "/api/2.0/dbfs/read",
            [("path", path), ("offset", "\(offset)"), ("length", "\(wanted)")])
        guard let text = answer.data, let data = Data(base64Encoded: text), !data.isEmpty,
            Int64(data.count) == answer.bytesRead.value, Int64(data.count) <= wanted
        else { throw MLflowError.unusable("a block of a file that is not what it says") }
        return Array(data)
    }
}
