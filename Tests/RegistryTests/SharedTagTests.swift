import Domain
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// The tags that several parties write to, on registries that can't compare and put at once.
@Suite(.timeLimit(.minutes(4))) struct SharedTagTests {
    private let repository = RepositoryName(unchecked: "a/b")
    private let tag = Tag(referrersOf: Digest(hashing: [9] as [UInt8]))
    private let theirs = Digest(hashing: [1] as [UInt8])
    private let gone = Digest(hashing: [2] as [UInt8])

    private func index(of digests: [Digest]) -> [UInt8] {
        let entries = digests.map { #"{"digest":"\#($0)","mediaType":"m","size":1}"# }.joined(separator: ",")
        return Array(#"{"manifests":[\#(entries)],"schemaVersion":2}"#.utf8)
    }

    private func referrer() throws -> (Manifest, EncodedManifest) {
        let manifest = Manifest(artifactType: .sigstoreBundle, config: .empty, layers: [.empty])
        return (manifest, try EncodedManifest(manifest))
    }

    /// Lists our referrer on a registry that does what `put` says with each index, from 1, and has all manifests but one.
    /// - Returns: what stands at the tag in the end.
    private func list(
        on present: [UInt8]?, put: @escaping @Sendable ([UInt8], Int) -> (answer: ScriptedAnswer, stored: [UInt8]?)
    ) async throws -> String {
        let (stored, puts, missing) = (Stored(present), Counter(), gone.description)
        try await ScriptedServer.run({ request, _ in
            if request.method == "HEAD" { return .status(request.path.hasSuffix(missing) ? 404 : 200) }
            if request.method == "PUT" {
                let (answer, next) = put(request.body, puts.next())
                if let next { stored.bytes.withLock { $0 = next } }
                return answer
            }
            guard let bytes = stored.bytes.withLock({ $0 }) else { return .status(404) }
            return ScriptedAnswer(
                status: 200, headers: [("Content-Type", MediaType.imageIndex.rawValue)], body: bytes)
        }) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
                try await Publisher(client).list([try referrer()], at: tag, in: repository)
            }
        }
        return String(decoding: stored.bytes.withLock { $0 } ?? [], as: UTF8.self)
    }

    private final class Stored: Sendable {
        let bytes: Mutex<[UInt8]?>
        init(_ present: [UInt8]?) { bytes = Mutex(present) }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    @Test func `what somebody else wrote over ours is kept, and ours is put again`() async throws {
        let others = index(of: [theirs])
        let text = try await list(on: nil) { body, number in
            (.status(201), number == 1 ? others : body)
        }
        #expect(text.contains("\(theirs)"))
        let ours = try referrer().1.digest
        #expect(text.contains("\(ours)"))
    }

    @Test func `a tag that others change all the time ends as passing trouble`() async throws {
        let others = index(of: [theirs])
        await #expect {
            _ = try await list(on: nil) { _, _ in (.status(201), others) }
        } throws: {
            ($0 as? RegistryError)?.code == .unavailable
        }
    }

    @Test func `entries that are gone are taken out where the registry refuses them`() async throws {
        let missing = gone.description
        let refusal = #"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}"#
        let text = try await list(on: index(of: [gone, theirs])) { body, _ in
            String(decoding: body, as: UTF8.self).contains(missing)
                ? (.status(400, [], refusal), nil) : (.status(201), body)
        }
        #expect(!text.contains(missing))
        #expect(text.contains("\(theirs)"))
        let ours = try referrer().1.digest
        #expect(text.contains("\(ours)"))
    }

    @Test func `entries that are gone stay where the registry takes them`() async throws {
        let text = try await list(on: index(of: [gone])) { body, _ in (.status(201), body) }
        #expect(text.contains("\(gone)"))
    }

    @Test func `what a cache shows for too long is no quarrel`() async throws {
        // Whatever is put, the old index is shown.
        let text = try await list(on: index(of: [theirs])) { _, _ in (.status(201), nil) }
        #expect(text.contains("\(theirs)"))
    }

    @Test func `a put names what was read, and is made again where the registry says that it changed`() async throws {
        let conditions = Mutex<[String?]>([])
        let others = index(of: [theirs])
        let stored = Stored(nil)
        try await ScriptedServer.run({ request, _ in
            let present = stored.bytes.withLock { $0 }
            let etag = present.map { "\"\($0.count)\"" }
            if request.method == "PUT" {
                conditions.withLock { $0.append(request.headers.first(name: "If-Match")) }
                if etag == nil {
                    // Somebody else is faster.
                    stored.bytes.withLock { $0 = others }
                    return .status(412)
                }
                stored.bytes.withLock { $0 = request.body }
                return .status(201)
            }
            guard let present, let etag else { return .status(404) }
            return ScriptedAnswer(
                status: 200, headers: [("Content-Type", MediaType.imageIndex.rawValue), ("ETag", etag)], body: present)
        }) { server in
            let settings = try RegistrySettings(host: server.host, plainHTTP: true)
            try await TestRegistry.withClient(settings, clock: RecordingClock()) { client in
                try await Publisher(client).list([try referrer()], at: tag, in: repository)
            }
            #expect(
                server.requests.filter { $0.method == "GET" }.allSatisfy {
                    $0.headers.first(name: "Cache-Control") == "no-cache"
                })
        }
        #expect(conditions.withLock { $0 } == [nil, "\"\(others.count)\""])
        let text = String(decoding: stored.bytes.withLock { $0 } ?? [], as: UTF8.self)
        let ours = try referrer().1.digest
        #expect(text.contains("\(theirs)") && text.contains("\(ours)"))
    }
}
