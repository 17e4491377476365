output "repository_urls" {
  description = "What stands in front of the tag of an image, by the name of the repository."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "repository_arns" {
  description = "ARNs of the repositories, for policies that let them be read."
  value       = [for repository in aws_ecr_repository.this : repository.arn]
}

output "push_role_arns" {
  description = "Role that the workflows of a GitHub repository assume to push, by owner-name."
  value       = { for name, role in aws_iam_role.push : name => role.arn }
}
