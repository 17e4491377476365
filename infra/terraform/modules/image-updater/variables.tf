variable "namespace" {
  description = "Namespace of Argo CD: Image Updater lives beside it and looks at the Applications there."
  type        = string
}

variable "chart_version" {
  description = "Version of the chart argocd-image-updater. 1.x knows the ImageUpdater resource."
  type        = string
  default     = "1.3.1" # Image Updater 1.3.0

  validation {
    condition     = can(regex("^1\\.[0-9]+\\.[0-9]+$", var.chart_version))
    error_message = "The version is exact and of the 1.x line, such as 1.3.1."
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

variable "registry" {
  description = "Host of the ECR registry that is watched."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?$", var.registry))
    error_message = "The registry is the host of ECR: 111122223333.dkr.ecr.eu-central-1.amazonaws.com"
  }
}

variable "repository_arns" {
  description = "ARNs of the repositories that may be read, and no others."
  type        = list(string)

  validation {
    condition     = length(var.repository_arns) > 0 && alltrue([for arn in var.repository_arns : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[a-z0-9]", arn))])
    error_message = "At least one ARN of an ECR repository, without wildcards."
  }
}

variable "git_user" {
  description = "Name and address in the commits of Image Updater."
  type        = object({ name = string, email = string })
  default     = { name = "argocd-image-updater", email = "image-updater@example.com" }
}

variable "manifests" {
  description = "ImageUpdater resources, as yamldecode gives them."
  type        = any

  validation {
    condition     = can([for manifest in var.manifests : manifest.metadata.name]) && alltrue([for manifest in var.manifests : try(manifest.kind, "") == "ImageUpdater"])
    error_message = "Each manifest is an ImageUpdater."
  }
}
