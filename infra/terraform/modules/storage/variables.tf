variable "reclaim_policy" {
  description = "What becomes of a volume whose claim is deleted: Delete, or Retain for a person to decide."
  type        = string
  default     = "Delete"

  validation {
    condition     = contains(["Delete", "Retain"], var.reclaim_policy)
    error_message = "The reclaim policy is Delete or Retain."
  }
}
