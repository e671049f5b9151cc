import Domain
import Synchronization

/// A registry in memory behind a `ScriptedServer`, for behaviour that docker-registry does not show: it opens an upload
/// for every mount, as the specification allows, and can refuse streamed uploads.
final class MemoryRegistry: Sendable {
    private struct State {
        var blobs: [String: [Digest: [UInt8]]] = [:]
        var manifests: [String: [UInt8]] = [:]
        var uploads: [String: [UInt8]] = [:]
    }
    private let state = Mutex(State())

    func put(_ bytes: [UInt8], in repository: String) {
        state.withLock { $0.blobs[repository, default: [:]][Digest(hashing: bytes)] = bytes }
    }

    func answer(_ request: SeenRequest) -> ScriptedAnswer {
        let parts = request.path.dropFirst("/v2/".count).split(separator: "/").map(String.init)
        guard parts.count >= 3 else { return .status(200) }
        if parts.suffix(2) == ["blobs", "uploads"] {
            let id = state.withLock { state in
                state.uploads["\(state.uploads.count)"] = []
                return state.uploads.count - 1
            }
            return .status(202, [("Location", "\(request.path)\(id)?state=a%2Fb")])
        }
        let last = parts[parts.count - 1]
        if parts[parts.count - 2] == "uploads" {
            return upload(request, id: last, repository: parts.dropLast(3).joined(separator: "/"))
        }
        let repository = parts.dropLast(2).joined(separator: "/")
        return parts[parts.count - 2] == "blobs"
            ? blob(last, repository) : manifest(request, key: "\(repository)/\(last)")
    }

    private func upload(_ request: SeenRequest, id: String, repository: String) -> ScriptedAnswer {
        state.withLock { state in
            guard state.uploads[id] != nil, request.query["state"] == "a/b" else { return .status(404) }
            if request.method == "DELETE" { return .status(204) }
            state.uploads[id, default: []] += request.body
            let bytes = state.uploads[id] ?? []
            if request.method == "PATCH" { return .status(202, [("Location", request.uri)]) }
            let digest = Digest(hashing: bytes)
            guard request.query["digest"] == digest.description else { return .status(400) }
            state.blobs[repository, default: [:]][digest] = bytes
            return .status(201, [("Docker-Content-Digest", digest.description)])
        }
    }

    private func blob(_ text: String, _ repository: String) -> ScriptedAnswer {
        state.withLock { state in
            guard let digest = Digest(text), let bytes = state.blobs[repository]?[digest] else { return .status(404) }
            return ScriptedAnswer(
                status: 200, headers: [("Content-Length", String(bytes.count))], body: bytes)
        }
    }

    private func manifest(_ request: SeenRequest, key: String) -> ScriptedAnswer {
        state.withLock { state in
            if request.method == "PUT" {
                state.manifests[key] = request.body
                return .status(201)
            }
            guard let bytes = state.manifests[key] else { return .status(404) }
            return ScriptedAnswer(status: 200, headers: [("Content-Length", String(bytes.count))], body: bytes)
        }
    }
}
