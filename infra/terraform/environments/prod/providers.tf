provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { project = "gitops", environment = "prod" }
  }
}

locals {
  # A token of AWS for each run; none is kept anywhere.
  cluster_login = {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", local.name, "--region", var.region]
  }
}

provider "helm" {
  kubernetes = {
    host                   = module.cluster.endpoint
    cluster_ca_certificate = base64decode(module.cluster.certificate_authority)
    exec                   = local.cluster_login
  }
}

provider "kubernetes" {
  host                   = module.cluster.endpoint
  cluster_ca_certificate = base64decode(module.cluster.certificate_authority)

  exec {
    api_version = local.cluster_login.api_version
    command     = local.cluster_login.command
    args        = local.cluster_login.args
  }
}
