import Domain
import NIOCore

extension Publisher {
    /// The image's tag beside the artifact's.
    static func imageTag(_ tag: Tag) -> Tag { Tag(unchecked: "\(tag)-image") }

    /// Pushes the image with the files of an artifact that is in its repository already. Models are read twice, once to
    /// learn the layers' digests and once to send them; an image that is there is not read again.
    /// - Throws: `digestMismatch` when the tag stands for something else; `tooLarge` for a file from 8 GiB on.
    func push(
        imageOf artifact: PipelineArtifact, _ tag: Tag, in repository: RepositoryName, _ tally: inout Tally
    ) async throws -> EncodedManifest {
        let reference = Reference.tag(Self.imageTag(tag))
        if let present = try await client.getManifest(repository, reference) {
            guard try present.decoded().subject?.digest == artifact.manifest.digest else {
                throw RegistryError(.digestMismatch, "tag image", reason: "the image's tag holds other content")
            }
            return present
        }
        var layers: [ImageTwin.Layer] = []
        for file in ImageTwin.files(of: artifact) {
            layers.append(try await push(file, in: repository, &tally))
        }
        let twin = try ImageTwin(of: artifact, layers: layers)
        try await put(twin.config, in: repository, &tally)
        if try await !client.putReferrer(repository, twin.encoded) {
            try await list(
                [(twin.manifest, twin.encoded)], at: Tag(referrersOf: artifact.manifest.digest), in: repository)
        }
        // Last: who finds the tag finds everything.
        try await client.putManifest(repository, reference, twin.encoded)
        return twin.encoded
    }

    private func push(
        _ file: ImageTwin.File, in repository: RepositoryName, _ tally: inout Tally
    ) async throws -> ImageTwin.Layer {
        switch file.content {
        case .bytes(let bytes):
            try await push(file, in: repository, &tally) { () async throws(RegistryError) in SingleBuffer(bytes: bytes)
            }
        case .blob(let digest):
            try await push(file, in: repository, &tally) { () async throws(RegistryError) in
                try await client.getBlob(repository, digest)
            }
        }
    }

    private func push<Source: AsyncSequence & Sendable>(
        _ file: ImageTwin.File, in repository: RepositoryName, _ tally: inout Tally,
        _ open: () async throws(RegistryError) -> Source
    ) async throws -> ImageTwin.Layer where Source.Element == ByteBuffer {
        let (inner, outer) = (Transfer(), Transfer())
        let archive = try TarredFile(try await open(), path: file.path, size: file.size)
        let layer = StoredGzipBody(source: MeasuredBody(source: archive, length: nil, transfer: inner))
        for try await _ in MeasuredBody(source: layer, length: nil, transfer: outer) {}
        guard let diff = inner.result, let whole = outer.result else {
            throw RegistryError(.unavailable, "build image", reason: "a layer broke off")
        }
        let outcome = try await client.putBlob(repository, whole.digest, size: whole.size) {
            () async throws(RegistryError) in
            StoredGzipBody(source: try TarredFile(try await open(), path: file.path, size: file.size))
        }
        if outcome == .sent { tally.sent += whole.size }
        return ImageTwin.Layer(
            descriptor: Descriptor(mediaType: .imageLayer, digest: whole.digest, size: whole.size),
            diffID: diff.digest)
    }
}
