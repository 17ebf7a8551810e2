{{- define "recourse.name" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}-worker
{{- end }}
{{- define "recourse.selector" -}}
app.kubernetes.io/name: recourse
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: worker
{{- end }}
{{- define "recourse.labels" -}}
{{ include "recourse.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
{{- define "recourse.auditor" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}-auditor
{{- end }}
{{- define "recourse.auditorSelector" -}}
app.kubernetes.io/name: recourse-audit
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: auditor
{{- end }}
{{- define "recourse.auditorLabels" -}}
{{ include "recourse.auditorSelector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
{{- define "recourse.topics" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}-topics
{{- end }}
{{- define "recourse.topicsLabels" -}}
app.kubernetes.io/name: recourse-topics
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: topics
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
