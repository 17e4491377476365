variable "repositories" {
  description = "Names of the repositories, one for each image."
  type        = set(string)

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", name))])
    error_message = "At least one repository; a name has lower-case letters and digits, with single . _ - or / between them."
  }
}

variable "encryption" {
  description = "KMS: a key of your own for all repositories, about 1 USD a month. AES256: the key of ECR, at no cost. A repository cannot change it later."
  type        = string
  default     = "KMS"

  validation {
    condition     = contains(["KMS", "AES256"], var.encryption)
    error_message = "The encryption is KMS or AES256."
  }
}

variable "pull_account_ids" {
  description = "Other AWS accounts whose clusters pull from here. Their nodes need no more than their own role; the account of the registry is not listed."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.pull_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "An account id has 12 digits."
  }
}

variable "keep_images" {
  description = "How many tagged images a repository keeps, the newest ones. Larger than the number of releases between what is built and the oldest version that runs or may be reverted to."
  type        = number
  default     = 200

  validation {
    condition     = var.keep_images >= 50 && var.keep_images == floor(var.keep_images)
    error_message = "Keep 50 images or more: one that a cluster still runs must not go."
  }
}

variable "keep_untagged_days" {
  description = "After how many days an image without a tag goes, such as one whose push was broken off."
  type        = number
  default     = 14

  validation {
    condition     = var.keep_untagged_days >= 1 && var.keep_untagged_days == floor(var.keep_untagged_days)
    error_message = "A whole number of days, 1 or more."
  }
}

variable "github_pushers" {
  description = "GitHub repositories whose workflows may push: { \"acme/payments\" = [\"payments\"] } lets the runs for tags v* of acme/payments push to the repository payments and to no other."
  type        = map(set(string))
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.github_pushers) : can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", name))])
    error_message = "A GitHub repository is written owner/name, without wildcards."
  }
}

variable "create_github_provider" {
  description = "Whether to make the identity provider of GitHub Actions. An AWS account has one; false if it is there already."
  type        = bool
  default     = true
}
