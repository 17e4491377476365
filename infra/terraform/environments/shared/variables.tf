variable "region" {
  description = "AWS region of the registry."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "account_id" {
  description = "AWS account of the registry. Every other one is refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "repositories" {
  description = "Names of the image repositories."
  type        = set(string)
  default     = ["payments", "users"]
}

variable "pull_account_ids" {
  description = "Other AWS accounts whose clusters pull from this registry, such as the one of production."
  type        = list(string)
  default     = []
}

variable "github_pushers" {
  description = "GitHub repositories whose release workflows may push, and to which image repositories."
  type        = map(set(string))
  default     = {}
}

variable "create_github_provider" {
  description = "Whether to make the identity provider of GitHub Actions; false if the account has it."
  type        = bool
  default     = true
}
