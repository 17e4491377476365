output "bucket" {
  description = "bucket in backend.hcl."
  value       = aws_s3_bucket.state.bucket
}

output "region" {
  description = "region in backend.hcl."
  value       = var.region
}

output "dynamodb_table" {
  description = "dynamodb_table in backend.hcl, where the bucket itself does not lock."
  value       = aws_dynamodb_table.lock.name
}
