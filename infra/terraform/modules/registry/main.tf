data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "key" {
  # checkov:skip=CKV_AWS_109:a key's own policy; * is this key
  # checkov:skip=CKV_AWS_111:a key's own policy; * is this key
  # checkov:skip=CKV_AWS_356:a key's own policy; * is this key

  statement {
    sid       = "AccountDecidesByItsPolicies"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_kms_key" "this" {
  count = var.encryption == "KMS" ? 1 : 0

  description             = "Container images. ECR decrypts for whoever may pull"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json

  tags = { Name = "container-images" }
}

resource "aws_kms_alias" "this" {
  count = var.encryption == "KMS" ? 1 : 0

  name          = "alias/container-images"
  target_key_id = aws_kms_key.this[0].key_id
}

resource "aws_ecr_repository" "this" {
  for_each = var.repositories

  name = each.key

  # What was tested under a tag is what runs under it, in every environment.
  image_tag_mutability = "IMMUTABLE"
  force_delete         = false

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = var.encryption
    kms_key         = var.encryption == "KMS" ? aws_kms_key.this[0].arn : null
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  for_each = aws_ecr_repository.this

  repository = each.value.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Images without a tag"
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = var.keep_untagged_days
        }
        action = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Releases, the newest are kept"
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = var.keep_images
        }
        action = { type = "expire" }
      },
    ]
  })
}

data "aws_iam_policy_document" "pull" {
  statement {
    sid     = "PullFromOtherAccounts"
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:ListImages"]

    principals {
      type        = "AWS"
      identifiers = [for id in var.pull_account_ids : "arn:${data.aws_partition.current.partition}:iam::${id}:root"]
    }
  }
}

resource "aws_ecr_repository_policy" "pull" {
  for_each = { for name, repository in aws_ecr_repository.this : name => repository if length(var.pull_account_ids) > 0 }

  repository = each.value.name
  policy     = data.aws_iam_policy_document.pull.json
}
