terraform {
  required_version = ">= 1.5.0"

  # Bucket, region and lock: terraform init -backend-config=../../backend.hcl
  backend "s3" {
    key     = "gitops/shared/terraform.tfstate"
    encrypt = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }
}
