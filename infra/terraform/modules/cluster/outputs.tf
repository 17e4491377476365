output "name" {
  description = "Name of the cluster. Known only when its nodes, add-ons and access entries are there: what is installed in the cluster waits for that."
  value       = aws_eks_cluster.this.name

  depends_on = [
    aws_eks_access_policy_association.this,
    aws_eks_addon.after_nodes,
  ]
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Address of the Kubernetes API."
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Certificate of the Kubernetes API's authority, in base64."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "kubernetes_version" {
  description = "Version of Kubernetes that the cluster runs."
  value       = aws_eks_cluster.this.version
}

output "security_group_id" {
  description = "Security group of the control plane and the nodes, to let them into databases and the like."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "node_role_arn" {
  description = "Role of the nodes, for registries in other accounts that let it pull."
  value       = aws_iam_role.node.arn
}
