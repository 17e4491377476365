variable "namespace" {
  description = "Namespace of External Secrets."
  type        = string
  default     = "external-secrets"
}

variable "chart_version" {
  description = "Version of the chart external-secrets. 2.x has the kinds of external-secrets.io/v1."
  type        = string
  default     = "2.9.0"

  validation {
    condition     = can(regex("^2\\.[0-9]+\\.[0-9]+$", var.chart_version))
    error_message = "The version is exact and of the 2.x line, such as 2.9.0."
  }
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "cluster_arn" {
  description = "ARN of the same cluster."
  type        = string
}

variable "secret_prefix" {
  description = "Secrets of Secrets Manager whose names begin with this can be read, and no others."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/$", var.secret_prefix))
    error_message = "The prefix ends with a slash, such as gitops/argocd/."
  }
}
