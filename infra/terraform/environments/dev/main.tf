locals {
  name = "gitops-dev"

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

  name = local.name
  cidr = var.vpc_cidr

  # Half a day without the internet is bearable here; two more gateways cost about 70 USD a month.
  single_nat_gateway      = true
  zones                   = var.zones
  flow_log_retention_days = 30
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
  log_retention_days  = 30

  node_groups = {
    # DNS, Argo CD and what else must stay.
    base = {
      capacity_type  = "ON_DEMAND"
      instance_types = ["t3.large"]
      min_size       = 1
      desired_size   = 2
      max_size       = 3
    }

    # The services. AWS may take a node back with two minutes notice; four types make that rare.
    spot = {
      capacity_type  = "SPOT"
      instance_types = ["m5.large", "m5a.large", "m6i.large", "m6a.large"]
      min_size       = 0
      desired_size   = 1
      max_size       = 4
      labels         = { capacity = "spot" }
    }
  }
}

module "storage" {
  source = "../../modules/storage"

  depends_on = [module.cluster]
}

module "external_secrets" {
  source = "../../modules/external-secrets"

  cluster_name  = module.cluster.name
  cluster_arn   = module.cluster.arn
  secret_prefix = "gitops/argocd/"
}
