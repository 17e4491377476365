data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  service_account = "external-secrets"
}

data "aws_iam_policy_document" "read_secrets" {
  statement {
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = ["arn:${data.aws_partition.current.partition}:secretsmanager:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:secret:${var.secret_prefix}*"]
  }
}

module "identity" {
  source = "../pod-identity"

  name            = "${var.cluster_name}-external-secrets"
  description     = "External Secrets of ${var.cluster_name} reads ${var.secret_prefix}"
  cluster_name    = var.cluster_name
  cluster_arn     = var.cluster_arn
  namespace       = var.namespace
  service_account = local.service_account
  policy          = data.aws_iam_policy_document.read_secrets.json
}

resource "helm_release" "external_secrets" {
  name             = "external-secrets"
  namespace        = var.namespace
  create_namespace = true
  repository       = "https://charts.external-secrets.io"
  chart            = "external-secrets"
  version          = var.chart_version
  atomic           = true
  cleanup_on_fail  = true
  max_history      = 10
  timeout          = 600

  values = [yamlencode({
    serviceAccount = { create = true, name = local.service_account }
    resources = {
      requests = { cpu = "20m", memory = "64Mi" }
      limits   = { memory = "256Mi" }
    }
  })]

  # A pod gets its role when it starts.
  depends_on = [module.identity]
}
