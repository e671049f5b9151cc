import Domain
import FoundationEssentials
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4))) struct EngineConfigTests {
    static func json(_ config: EngineConfig) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(config), as: UTF8.self)
    }

    @Test(.proves("DCFG-25")) func `half a CPU and 900Mi without a load balancer serialise as in golden vector G3`()
        throws
    {
        let config = EngineConfig(engine: .init(cpu: 0.5, memory: "900Mi"))
        let resources = #"{"cpu":0.5,"memory":"900Mi"}"#
        #expect(
            try Self.json(config)
                == #"{"engine":{"resources":{"limits":\#(resources),"requests":\#(resources)}},"#
                + #""engineAux":{"images":{}},"enginelb":{}}"#)
    }

    @Test(.proves("DCFG-26")) func `a load balancer's resources serialise like the engine's`() throws {
        let config = EngineConfig(loadBalancer: .default)
        let bounds = #"{"resources":{"limits":{"cpu":1,"memory":"512Mi"},"requests":{"cpu":1,"memory":"512Mi"}}}"#
        #expect(
            try Self.json(config) == #"{"engine":\#(bounds),"engineAux":{"images":{}},"enginelb":\#(bounds)}"#)
    }

    @Test func `a serialised configuration is read back`() throws {
        let config = EngineConfig(engine: .init(cpu: 0.25, memory: "2Gi"), loadBalancer: .default)
        let data = Data(try Self.json(config).utf8)
        #expect(try JSONDecoder().decode(EngineConfig.self, from: data) == config)
    }

    @Test(arguments: [("900Mi", "900Mi"), ("1GiB", "1Gi"), ("0.5Gi", "0.5Gi"), ("64KiB", "64Ki"), ("1TiB", "1Ti")])
    func `memory is taken with or without the B`(text: String, kept: String) throws {
        #expect(try EngineConfig.Resources(cpus: 1, memory: text, field: "engine").memory == kept)
    }

    @Test(arguments: [
        "", "Mi", "900", "900MB", "-1Mi", "0Mi", "1e3Mi", "1 Gi", "1..5Gi", "nanMi", "+1Mi", "\u{0661}Gi",
    ])
    func `memory of another form is refused, naming the field`(text: String) {
        #expect(
            throws: Refusal.invalid(
                "engine.memory", "memory_spec", "a positive number directly followed by Ki, Mi, Gi or Ti")
        ) { try EngineConfig.Resources(cpus: 1, memory: text, field: "engine") }
    }

    @Test(arguments: [0, -1, .nan, .infinity, 1025])
    func `a number of CPUs out of range is refused, naming the field`(cpus: Double) {
        #expect(throws: Refusal.invalid("engine.cpus", "cpu_count", "a number of cores above 0 and at most 1024")) {
            try EngineConfig.Resources(cpus: cpus, memory: "1Gi", field: "engine")
        }
    }
}
