import Domain

/// A publish as the API shows it (PUB-05, EDGE-03).
struct PublishResponse: JSONWritable {
    let publish: Publish
    /// Empty without an edge (EDGE-04).
    var dockerRunVariables: [String: String] = [:]

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", publish.id)
            $0.member("workspace_id", publish.workspaceID)
            $0.member("pipeline_id", publish.pipelineID)
            $0.member("pipeline_name", publish.pipelineName)
            $0.member("pipeline_version_id", publish.pipelineVersionNumber)
            $0.member("pipeline_version_name", publish.pipelineVersionID)
            $0.member("status", publish.status)
            $0.member("engine_url", publish.engineURL)
            $0.member("engine_config", publish.engineConfig)
            $0.member("pipeline_url", publish.pipelineURL)
            $0.member("pipeline_digest", ifAny: publish.pipelineDigest)
            $0.member("helm", writeHelm)
            if let image = publish.image { $0.member("image") { write(image, to: &$0) } }
            $0.member("docker_run_variables", dockerRunVariables)
            $0.member("user_images", [String]())
            $0.member("progress", publish.progress)
            $0.member("replaces", publish.replaces)
            $0.member("replaced_by", publish.replacedBy)
            $0.member("error", ifAny: publish.error)
            $0.member("created_by", publish.createdBy)
            $0.member("created_at", publish.createdAt)
            $0.member("updated_at", publish.updatedAt)
        }
    }

    private func write(_ image: Publish.Image, to json: inout JSONWriter) {
        let repository = image.url.prefix { $0 != "@" }.split(separator: ":").dropLast().joined(separator: ":")
        json.member("url", image.url)
        json.member("reference", ifAny: image.digest.map { "\(repository)@\($0)" })
    }

    private func writeHelm(to json: inout JSONWriter) {
        json.member("chart", publish.chartURL)
        json.member("reference", ifAny: publish.chartDigest.map { "\(publish.chartURL)@\($0)" })
        json.member("version", publish.chartVersion)
    }
}

/// As the vendor's SDK takes it apart.
extension Publish.Reference: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("pipeline_name", pipelineName)
            $0.member("pipeline_version_id", pipelineVersionNumber)
        }
    }
}

extension Publish.Progress: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("phase", phase)
            $0.member("percent", percent)
            $0.member("bytes_total", bytesTotal)
            $0.member("bytes_done", bytesDone)
            $0.member("bytes_sent", bytesSent)
        }
    }
}

/// The serialised form of DCFG-25, whose keys are camel case.
extension EngineConfig: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("engine", engine)
            $0.member("engineAux") { $0.member("images", engineAux.images) }
            $0.member("enginelb", enginelb)
        }
    }
}

extension EngineConfig.Component: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            guard let resources else { return }
            $0.member("resources") {
                $0.member("limits", resources.limits)
                $0.member("requests", resources.requests)
            }
        }
    }
}

extension EngineConfig.Resources: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("cpu", cpu)
            $0.member("memory", memory)
        }
    }
}
