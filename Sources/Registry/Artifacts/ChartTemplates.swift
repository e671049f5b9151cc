/// The chart's fixed files. Nothing of a publish is in them: that stands in Chart.yaml and values.yaml.
enum ChartTemplates {
    /// One replica, and the old pod stops before the new one starts: two pods would be clones of one identity.
    static let deployment = #"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ .Release.Name }}-engine
          labels:
            app.kubernetes.io/name: {{ .Chart.Name | quote }}
            app.kubernetes.io/instance: {{ .Release.Name | quote }}
            app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
        spec:
          replicas: 1
          strategy:
            type: Recreate
          selector:
            matchLabels:
              app.kubernetes.io/name: {{ .Chart.Name | quote }}
              app.kubernetes.io/instance: {{ .Release.Name | quote }}
          template:
            metadata:
              labels:
                app.kubernetes.io/name: {{ .Chart.Name | quote }}
                app.kubernetes.io/instance: {{ .Release.Name | quote }}
              annotations:
                checksum/secrets: {{ include (print .Template.BasePath "/secrets.yaml") . | sha256sum }}
            spec:
              automountServiceAccountToken: false
              {{- if .Values.ociRegistry.imagePullSecret }}
              imagePullSecrets:
                - name: {{ .Values.ociRegistry.imagePullSecret | quote }}
              {{- else if .Values.ociRegistry.username }}
              imagePullSecrets:
                - name: {{ .Release.Name }}-pull
              {{- end }}
              securityContext:
                runAsNonRoot: true
                runAsUser: 10001
                runAsGroup: 10001
                fsGroup: 10001
                seccompProfile:
                  type: RuntimeDefault
              containers:
                - name: engine
                  image: {{ .Values.image | quote }}
                  imagePullPolicy: {{ .Values.imagePullPolicy }}
                  ports:
                    - name: http
                      containerPort: 8080
                  env:
                    - name: PIPELINE_URL
                      value: {{ .Values.pipelineURL | quote }}
                    - name: OCI_REGISTRY
                      value: {{ .Values.ociRegistry.registry | quote }}
                    - name: CONFIG_CPUS
                      value: {{ .Values.configCPUs | quote }}
                    {{- if or .Values.ociRegistry.existingSecret .Values.ociRegistry.username }}
                    - name: OCI_USERNAME
                      valueFrom:
                        secretKeyRef:
                          name: {{ .Values.ociRegistry.existingSecret | default (printf "%s-registry" .Release.Name) }}
                          key: OCI_USERNAME
                    - name: OCI_PASSWORD
                      valueFrom:
                        secretKeyRef:
                          name: {{ .Values.ociRegistry.existingSecret | default (printf "%s-registry" .Release.Name) }}
                          key: OCI_PASSWORD
                    {{- end }}
                    {{- if or .Values.existingEdgeBundleSecret .Values.edgeBundle }}
                    - name: EDGE_BUNDLE
                      valueFrom:
                        secretKeyRef:
                          name: {{ .Values.existingEdgeBundleSecret | default (printf "%s-edge" .Release.Name) }}
                          key: EDGE_BUNDLE
                    {{- end }}
                  readinessProbe:
                    tcpSocket:
                      port: http
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    capabilities:
                      drop: ["ALL"]
                  resources:
                    {{- toYaml .Values.resources | nindent 12 }}
                  volumeMounts:
                    - name: persist
                      mountPath: /persist
                    - name: tmp
                      mountPath: /tmp
              volumes:
                - name: persist
                  persistentVolumeClaim:
                    claimName: {{ .Release.Name }}-persist
                - name: tmp
                  emptyDir: {}

        """#

    /// Kept when the release goes: the session that the one-time join token opened lives here (EDGE-17).
    static let persistence = #"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: {{ .Release.Name }}-persist
          annotations:
            helm.sh/resource-policy: keep
        spec:
          accessModes: ["ReadWriteOnce"]
          {{- if .Values.persistence.storageClass }}
          storageClassName: {{ .Values.persistence.storageClass | quote }}
          {{- end }}
          resources:
            requests:
              storage: {{ .Values.persistence.size | quote }}

        """#

    static let secrets = #"""
        {{- if and .Values.ociRegistry.username (not .Values.ociRegistry.existingSecret) }}
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{ .Release.Name }}-registry
        type: Opaque
        data:
          OCI_USERNAME: {{ .Values.ociRegistry.username | b64enc | quote }}
          OCI_PASSWORD: {{ .Values.ociRegistry.password | b64enc | quote }}
        ---
        {{- end }}
        {{- if and .Values.ociRegistry.username (not .Values.ociRegistry.imagePullSecret) }}
        {{- $host := .Values.ociRegistry.registry | splitList "/" | first }}
        {{- $auth := printf "%s:%s" .Values.ociRegistry.username .Values.ociRegistry.password | b64enc }}
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{ .Release.Name }}-pull
        type: kubernetes.io/dockerconfigjson
        data:
          .dockerconfigjson: {{ dict "auths" (dict $host (dict "auth" $auth)) | toJson | b64enc | quote }}
        ---
        {{- end }}
        {{- if and .Values.edgeBundle (not .Values.existingEdgeBundleSecret) }}
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{ .Release.Name }}-edge
        type: Opaque
        data:
          EDGE_BUNDLE: {{ .Values.edgeBundle | b64enc | quote }}
        {{- end }}

        """#

    /// The name that the seeds' users call.
    static let service = #"""
        apiVersion: v1
        kind: Service
        metadata:
          name: engine-svc
          labels:
            app.kubernetes.io/name: {{ .Chart.Name | quote }}
            app.kubernetes.io/instance: {{ .Release.Name | quote }}
        spec:
          type: {{ .Values.service.type }}
          selector:
            app.kubernetes.io/name: {{ .Chart.Name | quote }}
            app.kubernetes.io/instance: {{ .Release.Name | quote }}
          ports:
            - name: http
              port: {{ .Values.service.port }}
              targetPort: http

        """#

    /// Helm checks values against it before it renders: a bundle is base64, so it cannot carry YAML or shell.
    static let schema = #"""
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "type": "object",
          "required": ["edgeBundle", "ociRegistry", "pipelineURL", "image"],
          "properties": {
            "edgeBundle": {"type": "string", "pattern": "^[A-Za-z0-9+/=]*$"},
            "existingEdgeBundleSecret": {"type": "string", "pattern": "^[a-z0-9.-]*$"},
            "ociRegistry": {
              "type": "object",
              "required": ["registry"],
              "properties": {
                "registry": {"type": "string", "pattern": "^[A-Za-z0-9._:/-]+$"},
                "username": {"type": "string"},
                "password": {"type": "string"},
                "existingSecret": {"type": "string", "pattern": "^[a-z0-9.-]*$"},
                "imagePullSecret": {"type": "string", "pattern": "^[a-z0-9.-]*$"}
              }
            },
            "pipelineURL": {"type": "string", "pattern": "^[A-Za-z0-9._:/-]+@sha256:[0-9a-f]{64}$"},
            "image": {"type": "string", "pattern": "^[A-Za-z0-9._:/@-]+$"},
            "imagePullPolicy": {"enum": ["Always", "IfNotPresent", "Never"]},
            "configCPUs": {"type": "integer", "minimum": 1},
            "resources": {"type": "object"},
            "persistence": {
              "type": "object",
              "properties": {"size": {"type": "string"}, "storageClass": {"type": "string"}}
            },
            "service": {
              "type": "object",
              "properties": {
                "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                "type": {"enum": ["ClusterIP", "NodePort", "LoadBalancer"]}
              }
            }
          }
        }

        """#
}
