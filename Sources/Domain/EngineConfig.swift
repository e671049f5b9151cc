/// The resources of a published engine in the serialised form of DCFG-25 and DCFG-26; limits equal requests.
///
/// Replica settings are not part of a publish: an edge runs one engine (DCFG-27).
package struct EngineConfig: Hashable, Sendable, Codable {
    package var engine: Component
    package var engineAux: Auxiliary
    package var enginelb: Component

    /// - Parameters:
    ///   - engine: what one engine gets; the default of release 2023.4 is 1 CPU and 512Mi (DCFG-26).
    ///   - loadBalancer: what its load balancer gets; `nil` leaves it open, as in DCFG-25.
    package init(engine: Resources = .default, loadBalancer: Resources? = nil) {
        self.engine = Component(resources: .init(limits: engine, requests: engine))
        self.engineAux = Auxiliary(images: [:])
        self.enginelb = Component(resources: loadBalancer.map { .init(limits: $0, requests: $0) })
    }

    package struct Component: Hashable, Sendable, Codable {
        package var resources: Bounds?
    }
    package struct Auxiliary: Hashable, Sendable, Codable {
        /// Per-model container resources, keyed by model.
        package var images: [String: Component]
    }
    package struct Bounds: Hashable, Sendable, Codable {
        package var limits: Resources
        package var requests: Resources
    }

    /// CPU cores and memory of one process.
    package struct Resources: Hashable, Sendable, Codable {
        /// Cores; fractions allowed (DCFG-08).
        package var cpu: Double
        /// A Kubernetes quantity such as `900Mi` (DCFG-10).
        package var memory: String

        package static let `default` = Resources(cpu: 1, memory: "512Mi")

        /// For values that are known to be valid; `init(cpus:memory:field:)` checks input.
        package init(cpu: Double, memory: String) {
            self.cpu = cpu
            self.memory = memory
        }

        /// Checks values from outside and normalises `KiB` to `Ki` and so on (E17).
        /// - Parameter prefix: what stands before `cpus` and `memory` in the names of the fields, such as `lb_`.
        /// - Throws: `Refusal.invalid` naming the field below `field` and the rule.
        package init(cpus: Double, memory: String, field: String, prefix: String = "") throws(Refusal) {
            guard cpus.isFinite, cpus > 0, cpus <= 1024 else {
                throw .invalid("\(field).\(prefix)cpus", "cpu_count", "a number of cores above 0 and at most 1024")
            }
            guard let quantity = Self.normalise(memory) else {
                throw .invalid(
                    "\(field).\(prefix)memory", "memory_spec", "a positive number directly followed by Ki, Mi, Gi or Ti")
            }
            self.init(cpu: cpus, memory: quantity)
        }

        private static func normalise(_ text: String) -> String? {
            for unit in ["Ki", "Mi", "Gi", "Ti"] {
                for suffix in [unit + "B", unit] where text.hasSuffix(suffix) {
                    let number = text.dropLast(suffix.count)
                    let digits = number.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
                    guard digits, number.utf8.count <= 12, let value = Double(String(number)), value > 0 else {
                        return nil
                    }
                    return "\(number)\(unit)"
                }
            }
            return nil
        }
    }
}
