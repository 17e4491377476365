output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Ids of the subnets for the control plane, nodes and pods, one in each zone."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "Ids of the subnets for load balancers that face the internet, one in each zone."
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
}

output "nat_public_ips" {
  description = "Addresses that the cluster has in the internet, for allow lists of others."
  value       = [for address in aws_eip.nat : address.public_ip]
}

output "logs_key_arn" {
  description = "Key that encrypts log groups of this account and region; the cluster's logs use it too."
  value       = aws_kms_key.logs.arn
}
