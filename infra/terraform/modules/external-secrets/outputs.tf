output "namespace" {
  description = "Namespace of External Secrets, once its kinds exist."
  value       = helm_release.external_secrets.namespace
}
