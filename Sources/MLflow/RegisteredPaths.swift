import Domain

/// A version of a registered model, by the registry's names.
package struct RegisteredVersionName: Sendable, Hashable {
    package let model: String
    package let version: Int64

    package init(model: String, version: Int64) {
        self.model = model
        self.version = version
    }
}

extension MLflowSession {
    /// So many versions are asked where their files lie.
    private static let maxDirectoriesAsked = 100

    /// Where the files of a version lie.
    /// - Throws: `MLflowError`, also `notServed`.
    func directory(of name: String, version: Int64) async throws -> ArtifactLocation {
        let answer = try await json(
            DownloadAnswer.self, "/api/2.0/mlflow/model-versions/get-download-uri",
            [("name", name), ("version", "\(version)")])
        return try ArtifactLocation(artifactURI: answer.artifactUri, of: url)
    }

    /// Whether a file is one of a version's.
    /// - Throws: `MLflowError`: `notFound` without the version.
    package func holds(_ file: ArtifactLocation, _ version: RegisteredVersionName) async throws -> Bool {
        try await directory(of: version.model, version: version.version).contains(file)
    }

    /// Whether a file is one of any registered version's. A registry has no such question, so versions that look as if
    /// they had the file are asked where theirs lie: first those that its path names, then those of the whole list.
    /// - Throws: `MLflowError`.
    package func isRegistered(_ file: ArtifactLocation) async throws -> Bool {
        var asked: Set<RegisteredVersionName> = []
        for filter in Self.filters(for: file) {
            var rows: [VersionAnswer] = []
            do {
                try await versionPages(filter: filter) { page in
                    rows += page.filter { $0.mayHold(file, at: url) }.prefix(Self.maxDirectoriesAsked)
                }
            } catch let error as MLflowError {
                // A registry that knows less of filters; the last one is none.
                guard case .unusable = error, filter != nil else { throw error }
            }
            for row in rows where asked.count < Self.maxDirectoriesAsked {
                let version = RegisteredVersionName(model: row.name, version: row.version.value)
                if asked.insert(version).inserted, try await confirms(version, file) { return true }
            }
        }
        return false
    }

    /// As `holds`, but a version that is gone, or whose files lie elsewhere, does not have it.
    private func confirms(_ version: RegisteredVersionName, _ file: ArtifactLocation) async throws -> Bool {
        do {
            return try await holds(file, version)
        } catch let error as MLflowError {
            switch error {
            case .notServed, .notFound: return false
            default: throw error
            }
        }
    }

    /// What to ask for, the likeliest first: MLflow's paths name the run or the logged model, those of Databricks the
    /// registered model (REG-15).
    private static func filters(for file: ArtifactLocation) -> [String?] {
        let names = file.components
        switch file {
        case .dbfs:
            guard let folder = names.firstIndex(of: "models"), names.indices.contains(folder + 1) else { return [nil] }
            let name = names[folder + 1]
            return name.contains("'") ? [nil] : ["name='\(name)'", nil]
        case .served:
            let runs = names.filter { $0.utf8.count == 32 && $0.utf8.allSatisfy(isHex) }.map { "run_id='\($0)'" }
            let models = names.filter { $0.hasPrefix("m-") && $0.dropFirst(2).utf8.allSatisfy(isHex) }
                .map { "source_path='models:/\($0)'" }
            return (models + runs).prefix(3).map(Optional.some) + [nil]
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }
}

extension VersionAnswer {
    /// Whether it is worth asking where its files lie.
    fileprivate func mayHold(_ file: ArtifactLocation, at registry: ModelRegistryURL) -> Bool {
        if let source, let directory = try? ArtifactLocation(artifactURI: source, of: registry),
            directory.contains(file)
        {
            return true
        }
        let names = file.components
        let own = [name, runId ?? "", modelId ?? "", source?.hasPrefix("models:/") == true ? source ?? "" : ""]
        return own.contains { text in
            guard let last = text.split(separator: "/").last else { return false }
            return names.contains(last)
        }
    }
}
