output "repository_urls" {
  description = "Names of the images, to be written in place of ghcr.io/acme/… in infra/apps."
  value       = module.registry.repository_urls
}

output "repository_arns" {
  description = "repository_arns of the environment dev: what Image Updater may read."
  value       = module.registry.repository_arns
}

output "push_role_arns" {
  description = "Roles for the release workflows, by owner-name of the GitHub repository."
  value       = module.registry.push_role_arns
}
