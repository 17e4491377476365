variable "name" {
  description = "Name of the VPC, and the beginning of the names of what is in it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "The name has 2 to 31 characters: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "cidr" {
  description = "Address range of the VPC. Ranges of VPCs that may be peered one day must not overlap."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 19, false)
    error_message = "The range is an IPv4 CIDR block between /16 and /19: every pod has an address of its own."
  }
}

variable "zones" {
  description = "Availability zones to use, by name. Written out, since the order in which AWS lists them may change and subnets cannot move."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 4 && length(distinct(var.zones)) == length(var.zones)
    error_message = "Use 2, 3 or 4 different availability zones: EKS needs two."
  }

  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "A zone is written like eu-central-1a."
  }
}

variable "single_nat_gateway" {
  description = "One NAT gateway for all zones instead of one each. Cheaper; nodes of every zone lose the internet with the zone that has it."
  type        = bool
  default     = false
}

variable "flow_log_retention_days" {
  description = "How long records of accepted and refused connections are kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.flow_log_retention_days)
    error_message = "CloudWatch keeps logs for 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}
