import Domain

/// An in-toto statement v1 about one manifest.
struct InTotoStatement<Predicate: Encodable>: Encodable {
    static var payloadType: String { "application/vnd.in-toto+json" }

    struct Subject: Encodable {
        let name: String
        /// By algorithm.
        let digest: [String: String]
    }

    let type = "https://in-toto.io/Statement/v1"
    let subject: [Subject]
    let predicateType: String
    let predicate: Predicate

    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject, predicateType, predicate
    }

    init(_ subject: SigningSubject, predicateType: String, _ predicate: Predicate) {
        self.init(name: subject.reference, digest: subject.digest, predicateType: predicateType, predicate)
    }

    init(name: String, digest: Digest, predicateType: String, _ predicate: Predicate) {
        subject = [Subject(name: name, digest: ["sha256": digest.hex])]
        self.predicateType = predicateType
        self.predicate = predicate
    }
}

/// The predicate that says nothing but "signed" (cosign, BUNDLE_SPEC.md).
struct SignPredicate: Encodable {
    static let type = "https://sigstore.dev/cosign/sign/v1"
}

/// SLSA provenance v1 (slsa.dev/spec/v1.1/provenance). Without times: nothing of ours could prove them.
struct ProvenancePredicate: Encodable {
    static let type = "https://slsa.dev/provenance/v1"

    struct BuildDefinition: Encodable {
        let buildType: String
        let externalParameters: [String: String]
        let resolvedDependencies: [Provenance.Dependency]
    }
    struct Builder: Encodable {
        let id: String
    }
    struct Metadata: Encodable {
        let invocationId: String
    }
    struct RunDetails: Encodable {
        let builder: Builder
        let metadata: Metadata
    }

    let buildDefinition: BuildDefinition
    let runDetails: RunDetails

    init(_ provenance: Provenance, _ run: SigningRun) {
        buildDefinition = BuildDefinition(
            buildType: provenance.buildType, externalParameters: provenance.parameters,
            resolvedDependencies: provenance.dependencies)
        runDetails = RunDetails(
            builder: Builder(id: run.builder),
            metadata: Metadata(invocationId: run.invocation))
    }
}

/// Who publishes, and for which request.
package struct SigningRun: Hashable, Sendable {
    /// The instance's public URL.
    let builder: String
    /// URL of the publish.
    let invocation: String

    package init(builder: String, invocation: String) {
        self.builder = builder
        self.invocation = invocation
    }
}
