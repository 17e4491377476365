terraform {
  required_version = ">= 1.5.0"

  # Bucket, region and lock: terraform init -backend-config=../../backend.hcl
  backend "s3" {
    key     = "gitops/dev/terraform.tfstate"
    encrypt = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }

    helm = {
      source  = "hashicorp/helm"
      version = "3.1.1"
    }

    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "2.38.0"
    }
  }
}
