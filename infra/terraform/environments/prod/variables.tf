variable "region" {
  description = "AWS region of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "account_id" {
  description = "AWS account of this environment. Every other one is refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "admin_principal_arns" {
  description = "IAM roles and users that administer the cluster. Whoever runs Terraform is one of them, or cannot install anything in it."
  type        = list(string)

  validation {
    condition     = length(var.admin_principal_arns) > 0
    error_message = "Name at least one: nobody has rights in the cluster for having created it."
  }
}

variable "viewer_principal_arns" {
  description = "IAM roles and users that may look at everything in the cluster but secrets."
  type        = list(string)
  default     = []
}

variable "api_allowed_cidrs" {
  description = "Networks from which the Kubernetes API can be reached over the internet, such as the office's. Empty: only from inside the VPC, also for Terraform."
  type        = list(string)
}

variable "zones" {
  description = "Availability zones of the region, two to four: aws ec2 describe-availability-zones"
  type        = list(string)
}

variable "vpc_cidr" {
  description = "Address range of the VPC."
  type        = string
  default     = "10.30.0.0/16"
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes."
  type        = string
  default     = "1.36"
}

variable "addon_versions" {
  description = "Versions of EKS add-ons; those not named get the default of EKS."
  type        = map(string)
  default     = {}
}

variable "argocd_domain" {
  description = "Host name of Argo CD in links of notifications."
  type        = string
  default     = "argocd.prod.example.com"
}

variable "notifications" {
  description = "Whether infra/argocd/notifications is installed. It needs the secret that its README names."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether EKS refuses to delete the cluster. Set it to false and apply before a teardown."
  type        = bool
  default     = true
}
