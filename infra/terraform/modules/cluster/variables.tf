variable "name" {
  description = "Name of the cluster, and the beginning of the names of what belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "The name has 2 to 31 characters: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes. One step at a time upwards; EKS does not go back. `aws eks describe-cluster-versions` lists them."
  type        = string
  default     = "1.36"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "The version is a minor version of Kubernetes, such as 1.36."
  }
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones, for the control plane's network interfaces and the nodes."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "EKS needs subnets in two availability zones."
  }
}

variable "public_access_cidrs" {
  description = "From where the Kubernetes API can be reached over the internet. Empty: only from inside the VPC."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.public_access_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Each entry is an IPv4 CIDR block, such as 198.51.100.7/32."
  }

  validation {
    condition     = alltrue([for cidr in var.public_access_cidrs : try(tonumber(split("/", cidr)[1]) >= 8, false)])
    error_message = "The API is not opened to the whole internet: name the networks of those who work with it, /8 or smaller."
  }
}

variable "access_entries" {
  description = "Who may do what in the cluster: an IAM role or user, an access policy of EKS (cluster_admin, admin, edit or view), and the namespaces that it is limited to."
  type = map(object({
    principal_arn = string
    policy        = string
    namespaces    = optional(list(string), [])
  }))

  validation {
    condition     = anytrue([for entry in values(var.access_entries) : entry.policy == "cluster_admin"])
    error_message = "At least one entry has the policy cluster_admin, else nobody can install anything: whoever creates a cluster gets no rights by that."
  }

  validation {
    condition     = alltrue([for entry in values(var.access_entries) : contains(["cluster_admin", "admin", "edit", "view"], entry.policy)])
    error_message = "A policy is one of cluster_admin, admin, edit and view."
  }

  validation {
    condition     = alltrue([for entry in values(var.access_entries) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/", entry.principal_arn))])
    error_message = "A principal is the ARN of an IAM role or user. For a role assumed by sign-on take the role, not the session: arn:aws:iam::…:role/…"
  }

  validation {
    condition     = alltrue([for entry in values(var.access_entries) : entry.policy != "cluster_admin" || length(entry.namespaces) == 0])
    error_message = "cluster_admin is for the whole cluster; take admin for namespaces."
  }
}

variable "node_groups" {
  description = "Managed node groups. Several similar instance types let Spot find capacity; memory and cores should match within a group."
  type = map(object({
    capacity_type  = string
    instance_types = list(string)
    min_size       = number
    max_size       = number
    desired_size   = number
    disk_gib       = optional(number, 50)
    ami_type       = optional(string, "AL2023_x86_64_STANDARD")
    labels         = optional(map(string), {})
    taints         = optional(map(object({ value = optional(string), effect = string })), {})
  }))

  validation {
    condition     = alltrue([for group in values(var.node_groups) : contains(["ON_DEMAND", "SPOT"], group.capacity_type)])
    error_message = "The capacity type is ON_DEMAND or SPOT."
  }

  validation {
    condition     = anytrue([for group in values(var.node_groups) : group.capacity_type == "ON_DEMAND" && length(group.taints) == 0 && group.min_size >= 1])
    error_message = "At least one group is ON_DEMAND, without taints and never empty: DNS and Argo CD must not depend on Spot."
  }

  validation {
    condition     = alltrue([for group in values(var.node_groups) : group.min_size <= group.desired_size && group.desired_size <= group.max_size])
    error_message = "min_size <= desired_size <= max_size."
  }

  validation {
    condition     = alltrue(flatten([for group in values(var.node_groups) : [for taint in values(group.taints) : contains(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"], taint.effect)]]))
    error_message = "The effect of a taint is NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE."
  }
}

variable "addon_versions" {
  description = "Versions of EKS add-ons, such as { coredns = \"v1.12.3-eksbuild.1\" }. What is not named here gets the default of EKS for the version of Kubernetes."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for version in values(var.addon_versions) : can(regex("^v[0-9]", version))])
    error_message = "A version of an add-on begins with v and a digit."
  }
}

variable "logs_key_arn" {
  description = "Key that encrypts the log group of the control plane. Its policy must let CloudWatch Logs use it."
  type        = string
}

variable "log_retention_days" {
  description = "How long the control plane's logs are kept, the audit log among them."
  type        = number
  default     = 365

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}

variable "deletion_protection" {
  description = "Whether EKS refuses to delete the cluster until this is false."
  type        = bool
  default     = true
}
