output "role_arn" {
  description = "Role of Image Updater, for registries in other accounts that let it read."
  value       = module.identity.role_arn
}
