variable "region" {
  description = "AWS region of the state."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "account_id" {
  description = "AWS account that this is for. Every other one is refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "name" {
  description = "Beginning of the names of the bucket and the table, such as the organization's."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name has 2 to 21 characters: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly costs of the account above which the addresses below are told; at 80 % too, and when the forecast exceeds it."
  type        = number
  default     = 600

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "The budget is more than 0 USD."
  }
}

variable "budget_alert_emails" {
  description = "Who is told about costs. Empty: no budget is made."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.budget_alert_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "Each entry is an e-mail address."
  }
}
