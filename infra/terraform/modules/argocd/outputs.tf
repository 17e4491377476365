output "namespace" {
  description = "Namespace of Argo CD, once it is installed."
  value       = helm_release.argocd.namespace
}

output "chart_version" {
  description = "Version of the chart that is installed."
  value       = helm_release.argocd.version
}
