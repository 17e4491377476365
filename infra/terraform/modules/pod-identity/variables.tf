variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "The name of a role has 1 to 64 letters, digits and + = , . @ _ -"
  }
}

variable "description" {
  description = "What the role is for."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster. It has the add-on eks-pod-identity-agent."
  type        = string
}

variable "cluster_arn" {
  description = "ARN of the same cluster: pods of another one do not get the role."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service account."
  type        = string
}

variable "service_account" {
  description = "The one service account whose pods get the role."
  type        = string
}

variable "policy" {
  description = "What the role may do: an IAM policy as JSON."
  type        = string

  validation {
    condition     = can(jsondecode(var.policy))
    error_message = "The policy is not JSON."
  }
}
