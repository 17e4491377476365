locals {
  name = "gitops-prod"

  admins  = { for arn in var.admin_principal_arns : arn => { principal_arn = arn, policy = "cluster_admin" } }
  viewers = { for arn in var.viewer_principal_arns : arn => { principal_arn = arn, policy = "view" } }
}

data "aws_caller_identity" "current" {}

# A role that was assumed has an ARN of its session; the cluster knows the role.
data "aws_iam_session_context" "current" {
  arn = data.aws_caller_identity.current.arn
}

check "runner_is_admin" {
  assert {
    condition     = contains(var.admin_principal_arns, data.aws_iam_session_context.current.issuer_arn)
    error_message = "${data.aws_iam_session_context.current.issuer_arn} is not in admin_principal_arns: it cannot install anything in the cluster."
  }
}

module "network" {
  source = "../../modules/network"

  name                    = local.name
  cidr                    = var.vpc_cidr
  zones                   = var.zones
  single_nat_gateway      = false
  flow_log_retention_days = 365
}

module "cluster" {
  source = "../../modules/cluster"

  name                = local.name
  kubernetes_version  = var.kubernetes_version
  addon_versions      = var.addon_versions
  subnet_ids          = module.network.private_subnet_ids
  logs_key_arn        = module.network.logs_key_arn
  public_access_cidrs = var.api_allowed_cidrs
  access_entries      = merge(local.viewers, local.admins)
  deletion_protection = var.deletion_protection
  log_retention_days  = 365

  node_groups = {
    base = {
      capacity_type  = "ON_DEMAND"
      instance_types = ["m6i.large", "m6a.large"]
      min_size       = 3
      desired_size   = 3
      max_size       = 6
    }

    # Only what says that it tolerates a short notice.
    spot = {
      capacity_type  = "SPOT"
      instance_types = ["m5.large", "m5a.large", "m6i.large", "m6a.large"]
      min_size       = 0
      desired_size   = 0
      max_size       = 6
      labels         = { capacity = "spot" }
      taints         = { spot = { value = "true", effect = "NO_SCHEDULE" } }
    }
  }
}

module "storage" {
  source = "../../modules/storage"

  reclaim_policy = "Retain"

  depends_on = [module.cluster]
}

module "external_secrets" {
  source = "../../modules/external-secrets"

  cluster_name  = module.cluster.name
  cluster_arn   = module.cluster.arn
  secret_prefix = "gitops/argocd/"
}
