output "role_arn" {
  description = "ARN of the role, once pods can get it."
  value       = aws_iam_role.this.arn

  depends_on = [aws_eks_pod_identity_association.this]
}
