locals {
  github_host     = "token.actions.githubusercontent.com"
  github_provider = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/${local.github_host}"

  # Names of roles have no slash.
  pushers = { for name, repositories in var.github_pushers : replace(name, "/", "-") => { repository = name, images = repositories } }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = length(var.github_pushers) > 0 && var.create_github_provider ? 1 : 0

  url            = "https://${local.github_host}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "push_trust" {
  # checkov:skip=CKV_AWS_358:the claim names one repository and its tags v*; its name is a variable, which checkov does not resolve

  for_each = local.pushers

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.github_provider]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.github_host}:aud"
      values   = ["sts.amazonaws.com"]
    }

    # Tags alone: a branch or a pull request does not release.
    condition {
      test     = "StringLike"
      variable = "${local.github_host}:sub"
      values   = ["repo:${each.value.repository}:ref:refs/tags/v*"]
    }
  }
}

data "aws_iam_policy_document" "push" {
  for_each = local.pushers

  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "Push"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [for image in each.value.images : aws_ecr_repository.this[image].arn]
  }
}

resource "aws_iam_role" "push" {
  for_each = local.pushers

  name                 = "push-images-${each.key}"
  description          = "Workflows of ${each.value.repository} push images"
  assume_role_policy   = data.aws_iam_policy_document.push_trust[each.key].json
  max_session_duration = 3600

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "push" {
  for_each = local.pushers

  name   = "push"
  role   = aws_iam_role.push[each.key].id
  policy = data.aws_iam_policy_document.push[each.key].json
}
