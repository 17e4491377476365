output "cluster_name" {
  description = "Name of the cluster: aws eks update-kubeconfig --name …"
  value       = module.cluster.name
}

output "cluster_arn" {
  description = "ARN of the cluster."
  value       = module.cluster.arn
}

output "kubernetes_version" {
  description = "Version of Kubernetes that runs."
  value       = module.cluster.kubernetes_version
}

output "vpc_id" {
  description = "Id of the VPC."
  value       = module.network.vpc_id
}

output "public_subnet_ids" {
  description = "Subnets for load balancers that face the internet."
  value       = module.network.public_subnet_ids
}

output "nat_public_ips" {
  description = "Addresses that the cluster has in the internet."
  value       = module.network.nat_public_ips
}

output "cluster_security_group_id" {
  description = "Security group of the control plane and the nodes."
  value       = module.cluster.security_group_id
}

output "node_role_arn" {
  description = "Role of the nodes."
  value       = module.cluster.node_role_arn
}

output "storage_class" {
  description = "Default storage class of the cluster."
  value       = module.storage.storage_class
}

output "argocd_namespace" {
  description = "Namespace of Argo CD."
  value       = module.argocd.namespace
}

output "argocd_chart_version" {
  description = "Version of the chart of Argo CD."
  value       = module.argocd.chart_version
}

output "external_secrets_namespace" {
  description = "Namespace of External Secrets."
  value       = module.external_secrets.namespace
}

output "image_updater_role_arn" {
  description = "Role of Image Updater, for registries in other accounts that let it read."
  value       = module.image_updater.role_arn
}
