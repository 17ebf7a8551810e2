{{- /* What the pods of the worker and of the auditor have alike. */}}
{{- define "recourse.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}
{{- define "recourse.pod" -}}
automountServiceAccountToken: false
{{- with .Values.serviceAccountName }}
serviceAccountName: {{ . | quote }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- if not .Values.openShift }}
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  {{- end }}
  # Else each start makes the files of state writable for the group, and such files are not believed.
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- define "recourse.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- with .Values.extraEnvFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- define "recourse.env" -}}
{{- $values := .root.Values }}
- {name: RECOURSE_BOOTSTRAP_SERVERS, value: {{ $values.kafka.bootstrapServers | quote }}}
- {name: RECOURSE_SECURITY_PROTOCOL, value: {{ $values.kafka.securityProtocol | quote }}}
{{- if ne $values.kafka.securityProtocol "PLAINTEXT" }}
- {name: RECOURSE_TLS_CA_FILE, value: "/etc/recourse/kafka/{{ $values.kafka.caKey }}"}
{{- end }}
{{- if eq $values.kafka.securityProtocol "SASL_SSL" }}
- {name: RECOURSE_SASL_MECHANISM, value: {{ $values.kafka.saslMechanism | quote }}}
{{- if eq $values.kafka.saslMechanism "OAUTHBEARER" }}
- {name: RECOURSE_OAUTH_TOKEN_URL, value: {{ $values.kafka.oauth.tokenUrl | quote }}}
- {name: RECOURSE_OAUTH_CLIENT_ID, value: {{ .username | quote }}}
- {name: RECOURSE_OAUTH_CLIENT_SECRET_FILE, value: "/etc/recourse/kafka/{{ $values.kafka.passwordKey }}"}
{{- with $values.kafka.oauth.scope }}
- {name: RECOURSE_OAUTH_SCOPE, value: {{ . | quote }}}
{{- end }}
{{- with $values.kafka.oauth.extensions }}
- {name: RECOURSE_OAUTH_EXTENSIONS, value: {{ . | quote }}}
{{- end }}
{{- with $values.kafka.oauth.caKey }}
- {name: RECOURSE_OAUTH_CA_FILE, value: "/etc/recourse/kafka/{{ . }}"}
{{- end }}
{{- else }}
- {name: RECOURSE_SASL_USERNAME, value: {{ .username | quote }}}
- {name: RECOURSE_SASL_PASSWORD_FILE, value: "/etc/recourse/kafka/{{ $values.kafka.passwordKey }}"}
{{- end }}
{{- end }}
{{- with $values.registry.url }}
- {name: RECOURSE_REGISTRY_URL, value: {{ . | quote }}}
{{- end }}
{{- with $values.registry.username }}
- {name: RECOURSE_REGISTRY_USERNAME, value: {{ . | quote }}}
- {name: RECOURSE_REGISTRY_PASSWORD_FILE, value: "/etc/recourse/registry/{{ $values.registry.passwordKey }}"}
{{- end }}
{{- range $name, $value := $values.settings }}
- {name: {{ $name | quote }}, value: {{ $value | quote }}}
{{- end }}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- define "recourse.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if ne .Values.kafka.securityProtocol "PLAINTEXT" }}
- {name: kafka, mountPath: /etc/recourse/kafka, readOnly: true}
{{- end }}
{{- if .Values.registry.username }}
- {name: registry, mountPath: /etc/recourse/registry, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- define "recourse.volumes" -}}
{{- $values := .root.Values }}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- if ne $values.kafka.securityProtocol "PLAINTEXT" }}
- name: kafka
  secret: {secretName: {{ .secret | quote }}, defaultMode: 0440}
{{- end }}
{{- if $values.registry.username }}
- name: registry
  secret: {secretName: {{ $values.registry.secret | quote }}, defaultMode: 0440}
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
