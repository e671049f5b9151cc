import Domain
import NIOCore

extension Publisher {
    /// The image's tag beside the artifact's.
    static func imageTag(_ tag: Tag) -> Tag { Tag(unchecked: "\(tag)-image") }

    /// Pushes the image with the files of an artifact that is in its repository already. Models are read twice, once to
    /// learn the layers' digests and once to send them. What stands at the tag is never believed: the image is worked
    /// out each time, and only that one counts as there, since it is signed afterwards.
    /// - Throws: `digestMismatch` when the tag stands for something else.
    func push(
        imageOf artifact: PipelineArtifact, _ tag: Tag, in repository: RepositoryName, _ tally: inout Tally
    ) async throws -> EncodedManifest {
        let files = ImageTwin.files(of: artifact)
        var layers: [ImageTwin.Layer] = []
        for file in files { layers.append(try await measure(file, in: repository)) }
        let twin = try ImageTwin(of: artifact, layers: layers)
        let present = try await holds(repository, Self.imageTag(tag), twin.encoded.digest)
        if present == true { return twin.encoded }
        guard present == nil else {
            throw RegistryError(.digestMismatch, "tag image", reason: "the image's tag holds other content")
        }
        for (file, layer) in zip(files, layers) { try await put(file, layer, in: repository, &tally) }
        try await put(twin.config, in: repository, &tally)
        if try await !client.putReferrer(repository, twin.encoded) {
            try await list(
                [(twin.manifest, twin.encoded)], at: Tag(referrersOf: artifact.manifest.digest), in: repository)
        }
        // Last: who finds the tag finds everything.
        try await client.putManifest(repository, .tag(Self.imageTag(tag)), twin.encoded)
        return twin.encoded
    }

    /// Works out a file's layer and sends nothing.
    private func measure(_ file: ImageTwin.File, in repository: RepositoryName) async throws -> ImageTwin.Layer {
        switch file.content {
        case .bytes(let bytes): try await measure(file, SingleBuffer(bytes: bytes))
        case .blob(let digest): try await measure(file, try await client.getBlob(repository, digest))
        }
    }

    private func measure<Source: AsyncSequence & Sendable>(
        _ file: ImageTwin.File, _ source: Source
    ) async throws -> ImageTwin.Layer where Source.Element == ByteBuffer {
        let (inner, outer) = (Transfer(), Transfer())
        let archive = try TarredFile(source, path: file.path, size: file.size)
        let layer = StoredGzipBody(source: MeasuredBody(source: archive, length: nil, transfer: inner))
        for try await _ in MeasuredBody(source: layer, length: nil, transfer: outer) {}
        guard let diff = inner.result, let whole = outer.result else {
            throw RegistryError(.unavailable, "build image", reason: "a layer broke off")
        }
        return ImageTwin.Layer(
            descriptor: Descriptor(mediaType: .imageLayer, digest: whole.digest, size: whole.size),
            diffID: diff.digest)
    }

    private func put(
        _ file: ImageTwin.File, _ layer: ImageTwin.Layer, in repository: RepositoryName, _ tally: inout Tally
    ) async throws(RegistryError) {
        let blob = layer.descriptor
        let outcome =
            switch file.content {
            case .bytes(let bytes):
                try await client.putBlob(repository, blob.digest, size: blob.size) {
                    () async throws(RegistryError) in
                    StoredGzipBody(
                        source: try TarredFile(SingleBuffer(bytes: bytes), path: file.path, size: file.size))
                }
            case .blob(let digest):
                try await client.putBlob(repository, blob.digest, size: blob.size) {
                    () async throws(RegistryError) in
                    StoredGzipBody(
                        source: try TarredFile(
                            try await client.getBlob(repository, digest), path: file.path, size: file.size))
                }
            }
        if outcome == .sent { tally.sent += blob.size }
    }
}
