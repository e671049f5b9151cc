import Domain
import Registry
import TestSupport
import Testing

@Suite struct NamesTests {
    @Test(arguments: [
        "a", "models/7/house-price", "a.b/c_d/e__f/g--h", "test/0a1b", String(repeating: "a", count: 255),
    ])
    func `valid repository names`(name: String) {
        #expect(RepositoryName(name)?.description == name)
    }

    @Test(arguments: [
        "", "/", "a//b", "/a", "a/", "A", "a..b", "a___b", "a._b", "-a", "a-", "a/.b", "a b", "caf\u{E9}", "a\0",
        String(repeating: "a", count: 256),
    ])
    func `names that the distribution specification forbids`(name: String) {
        #expect(RepositoryName(name) == nil)
    }

    @Test(arguments: ["v1", "_x", "0.0.1-6c3d9899.d1", String(repeating: "t", count: 128)])
    func `valid tags`(tag: String) {
        #expect(Tag(tag)?.description == tag)
    }

    @Test(arguments: ["", "-a", ".a", "a/b", "a:b", "a+b", String(repeating: "t", count: 129)])
    func `tags that the distribution specification forbids`(tag: String) {
        #expect(Tag(tag) == nil)
    }

    @Test(.proves("PUB-08")) func `repositories follow from prefix and names`() throws {
        let settings = try RegistrySettings(host: "ghcr.io", repositoryPrefix: "wallaroolabs/doc-samples")
        let pipeline = try PipelineName("edge-pipeline")
        let names = ArtifactNames(root: settings.root, pipeline: pipeline, version: "f388c109")
        #expect(names.pipelineURL == "\(settings.host)/\(settings.pipelineRepository(pipeline)):f388c109")
        #expect(names.chartURL == "\(settings.host)/\(settings.chartRepository(pipeline))")
        let model = settings.modelRepository(workspace: WorkspaceID(rawValue: 7), model: try ModelName("house-price"))
        #expect(model.description == "wallaroolabs/doc-samples/models/7/house-price")
    }

    @Test func `without a prefix the names stand at the root`() throws {
        let settings = try RegistrySettings(host: "sample-registry.example.com")
        #expect(settings.root == "sample-registry.example.com")
        #expect(settings.chartRepository(try PipelineName("p1")).description == "charts/p1")
    }
}

@Suite struct RegistrySettingsTests {
    @Test(arguments: ["127.0.0.1:5000", "localhost", "localhost:1", "[::1]:5000", "127.8.9.1"])
    func `plain http is for loopback`(host: String) throws {
        _ = try RegistrySettings(host: host, plainHTTP: true)
    }

    @Test(arguments: ["registry.example.com", "10.0.0.1:5000", "127.0.0.1.example.com", "localhost.example.com"])
    func `plain http elsewhere needs the insecure mark`(host: String) throws {
        #expect(throws: Refusal.self) { try RegistrySettings(host: host, plainHTTP: true) }
        _ = try RegistrySettings(host: host, plainHTTP: true, insecure: true)
        _ = try RegistrySettings(host: host)
    }

    @Test(arguments: ["", "https://x", "x/y", "u:p@x", "x y", "x?y", "x:notaport"])
    func `a host is a host and a port`(host: String) {
        #expect(throws: Refusal.self) { try RegistrySettings(host: host) }
    }

    @Test(arguments: ["Upper", "a b", "a..b", String(repeating: "a", count: 200)])
    func `a prefix is a repository name`(prefix: String) {
        #expect(throws: Refusal.self) { try RegistrySettings(host: "r.example.com", repositoryPrefix: prefix) }
    }

    @Test func `a password does not print`() throws {
        var settings = try RegistrySettings(host: "r.example.com")
        settings.credentials = .init(username: "u", password: Secret("hunter2"))
        var text = "\(settings)"
        dump(settings, to: &text)
        #expect(!text.contains("hunter2"))
    }

    @Test(arguments: [
        ("ghcr.io", RegistrySettings.UploadMode.monolithic), ("GHCR.io:443", .monolithic),
        ("europe-west1-docker.pkg.dev", .monolithic), ("gcr.io", .monolithic), ("eu.gcr.io", .monolithic),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", .monolithic), ("public.ecr.aws", .monolithic),
        ("registry.example.com", .stream), ("notgcr.io", .stream), ("ghcr.io.example.com", .stream),
        ("127.0.0.1:5000", .stream),
    ])
    func `registries that are known to refuse streams get none`(
        host: String, mode: RegistrySettings.UploadMode
    ) throws {
        #expect(try RegistrySettings(host: host).uploadMode == mode)
    }
}
