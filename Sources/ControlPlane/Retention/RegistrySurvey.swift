import Domain
import FoundationEssentials
package import Persistence
package import Registry

/// Compares the registry with the database: what is there that no row names any more. It reads both and changes neither.
package struct RegistrySurvey: Sendable {
    let database: Database
    let registry: RegistryClient

    package init(database: Database, registry: RegistryClient) {
        self.database = database
        self.registry = registry
    }

    private var system: SystemDatabase { database.system(because: "the registry belongs to the instance") }

    /// What stands in one repository.
    struct Shelf: Sendable {
        /// Below the registry's root.
        let path: String
        let tags: [Registry.Tag]
    }

    /// - Parameter progress: called with how many repositories were read, and of how many.
    /// - Throws: `RegistryError`, `DatabaseError`.
    package func run(_ progress: (Int, Int) -> Void = { _, _ in }) async throws -> SurveyReport {
        let places = try await places()
        var shelves: [Shelf] = []
        for path in places.paths {
            shelves.append(Shelf(path: path, tags: try await registry.tags(of: registry.settings.repository(path))))
            progress(shelves.count, places.paths.count)
        }
        // After the tags: what was recorded while they were read is known then.
        let (versions, names) = try await system.run(.recordedVersions(), .allPublishedNames())
        var sorting = SurveySorting(versions: versions, names: names, settings: registry.settings)
        for shelf in shelves {
            for tag in shelf.tags { try await sort(tag, shelf.path, &sorting) }
        }
        var report = SurveyReport(sorting, root: registry.settings.root)
        report.unknownRepositories = places.unknown
        report.readsCatalog = places.readsCatalog
        return report
    }

    private func sort(_ tag: Registry.Tag, _ path: String, _ sorting: inout SurveySorting) async throws {
        guard let origin = sorting.origin(of: tag, in: path) else { return }
        let repository = registry.settings.repository(path)
        guard let manifest = try await registry.getManifest(repository, .tag(tag)) else { return }
        guard sorting.mayGo(tag, manifest.digest, of: origin) else {
            sorting.keep(manifest)
            return
        }
        var manifests = [manifest]
        for attached in [Registry.Tag(signaturesOf: manifest.digest), Registry.Tag(referrersOf: manifest.digest)] {
            if let found = try await registry.getManifest(repository, .tag(attached)) { manifests.append(found) }
        }
        for referrer in try await registry.referrerDigests(repository, manifest.digest) {
            if let found = try await registry.getManifest(repository, .digest(referrer)) { manifests.append(found) }
        }
        sorting.find(tag, in: path, manifests, of: origin)
    }

    private struct Places {
        var paths: [String]
        var unknown: [String] = []
        var readsCatalog = false
    }

    /// Repositories that rows speak of, and others of the same kind that the registry knows: a first upload that broke off
    /// leaves one without a row.
    private func places() async throws -> Places {
        let (models, pipelines, workspaces) = try await system.run(
            .modelPlaces(), .pipelineNames(), .workspaceNumbers())
        var known = Set(models.map { "models/\($0.workspace)/\($0.name)" })
        for name in pipelines { known.formUnion(["pipelines/\(name)", "charts/\(name)"]) }
        var places = Places(paths: [])
        let catalog: [RepositoryName]
        do throws(RegistryError) {
            catalog = try await registry.catalog()
            places.readsCatalog = !catalog.isEmpty
        } catch {
            guard !error.isTransient else { throw error }
            catalog = []
        }
        let prefix = registry.settings.repository("").description
        let numbers = Set(workspaces.map(\.description))
        for name in catalog.map(\.description) where name.hasPrefix(prefix) {
            let path = String(name.dropFirst(prefix.count))
            let parts = path.split(separator: "/")
            if parts.count == 3, parts[0] == "models", numbers.contains(String(parts[1])) {
                known.insert(path)
            } else if !known.contains(path) {
                places.unknown.append(path)
            }
        }
        places.paths = known.sorted()
        places.unknown.sort()
        return places
    }
}
