# What dev and prod share: the registry. A version that is promoted is the same image in both, and outlives either cluster.

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { project = "gitops", environment = "shared" }
  }
}

module "registry" {
  source = "../../modules/registry"

  repositories           = var.repositories
  pull_account_ids       = var.pull_account_ids
  github_pushers         = var.github_pushers
  create_github_provider = var.create_github_provider
}
