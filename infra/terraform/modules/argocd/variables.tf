variable "namespace" {
  description = "Namespace of Argo CD."
  type        = string
  default     = "argocd"
}

variable "chart_version" {
  description = "Version of the chart argo-cd."
  type        = string
  default     = "10.9.5" # Argo CD 3.5.3

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.chart_version))
    error_message = "The version is exact, such as 10.9.5."
  }
}

variable "domain" {
  description = "Host name of the user interface, as it stands in links of notifications. It is not made reachable here."
  type        = string
  default     = "argocd.example.com"
}

variable "high_availability" {
  description = "Two of each component that answers requests, on different nodes, kept during upgrades of nodes."
  type        = bool
  default     = false
}

variable "external_notifications" {
  description = "Whether argocd-notifications-cm and -secret come from the manifests; else the chart makes empty ones."
  type        = bool
  default     = false
}

variable "values" {
  description = "More values for the chart, which come last: { configs = { cm = { … } } }."
  type        = any
  default     = {}
}

variable "manifests" {
  description = "What is installed once Argo CD is there: projects, root Applications, and what they need. Kubernetes objects, as yamldecode gives them."
  type        = any

  validation {
    condition     = can([for manifest in var.manifests : "${manifest.apiVersion}/${manifest.kind}/${manifest.metadata.name}"])
    error_message = "Each manifest has apiVersion, kind and metadata.name."
  }
}
