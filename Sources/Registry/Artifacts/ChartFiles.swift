import Domain

/// The files of the chart, in the order in which they stand in the archive.
enum ChartFiles {
    static func all(
        _ input: HelmChart.Input, description: String
    ) throws(RegistryError) -> [(path: String, text: String)] {
        [
            ("Chart.yaml", chart(input, description)),
            ("templates/deployment.yaml", ChartTemplates.deployment),
            ("templates/persistence.yaml", ChartTemplates.persistence),
            ("templates/secrets.yaml", ChartTemplates.secrets),
            ("templates/service.yaml", ChartTemplates.service),
            ("values.schema.json", ChartTemplates.schema),
            ("values.yaml", values(input)),
        ]
    }

    private static func chart(_ input: HelmChart.Input, _ description: String) -> String {
        """
        apiVersion: v2
        name: "\(input.pipeline)"
        version: "\(input.chartVersion)"
        appVersion: "\(input.pipelineVersion)"
        type: application
        description: "\(description)"

        """
    }

    /// Every interpolated text is of letters, digits and `. - _ / : @`, so quoting it is enough.
    private static func values(_ input: HelmChart.Input) -> String {
        let limits = input.engine.engine.resources?.limits ?? .default
        let requests = input.engine.engine.resources?.requests ?? .default
        return """
            # The bundle that adding an edge to the publish returned; empty runs without an edge.
            edgeBundle: ""
            # A Secret with the key EDGE_BUNDLE instead.
            existingEdgeBundleSecret: ""

            # Where the pipeline and the engine are pulled from.
            ociRegistry:
              registry: "\(input.registryRoot)"
              username: ""
              password: ""
              # A Secret with the keys OCI_USERNAME and OCI_PASSWORD instead.
              existingSecret: ""
              # A Secret of type kubernetes.io/dockerconfigjson for the engine's image instead.
              imagePullSecret: ""

            # Pinned by the publish; change them by publishing again.
            pipelineURL: "\(input.pipelineReference)"
            image: "\(input.engineImage.pinned)"
            imagePullPolicy: IfNotPresent

            resources:
              limits:
                cpu: "\(milli(limits.cpu))"
                memory: "\(limits.memory)"
              requests:
                cpu: "\(milli(requests.cpu))"
                memory: "\(requests.memory)"
            # Threads of the engine, at least 1.
            configCPUs: \(max(1, Int(limits.cpu.rounded(.up))))

            # The edge's identity and unsent logs; kept when the release is removed.
            persistence:
              size: 2Gi
              storageClass: ""

            service:
              port: 8080
              type: ClusterIP

            """
    }

    /// Kubernetes' millicores: whole numbers have one spelling.
    private static func milli(_ cpu: Double) -> String {
        "\(Int((min(max(cpu, 0.001), 1024) * 1000).rounded()))m"
    }
}
