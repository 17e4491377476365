locals {
  service_account = "argocd-image-updater"

  # The region is the fourth part of the host: 111122223333.dkr.ecr.<region>.amazonaws.com
  region = split(".", var.registry)[3]
}

# A token for the registry cannot be limited to repositories; what it opens is. Nothing here writes.
data "aws_iam_policy_document" "read_images" {
  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "ReadImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:ListImages"]
    resources = var.repository_arns
  }
}

module "identity" {
  source = "../pod-identity"

  name            = "${var.cluster_name}-image-updater"
  description     = "Image Updater of ${var.cluster_name} reads tags and manifests of images"
  cluster_name    = var.cluster_name
  cluster_arn     = var.cluster_arn
  namespace       = var.namespace
  service_account = local.service_account
  policy          = data.aws_iam_policy_document.read_images.json
}

resource "helm_release" "image_updater" {
  name            = "argocd-image-updater"
  namespace       = var.namespace
  repository      = "https://argoproj.github.io/argo-helm"
  chart           = "argocd-image-updater"
  version         = var.chart_version
  atomic          = true
  cleanup_on_fail = true
  max_history     = 10
  timeout         = 600

  values = [
    file("${path.module}/values.yaml"),
    yamlencode({
      serviceAccount = { create = true, name = local.service_account }

      config = {
        "git.user"  = var.git_user.name
        "git.email" = var.git_user.email

        # ECR's tokens live for 12 hours; a new one is fetched in time.
        registries = [{
          name        = "ECR"
          api_url     = "https://${var.registry}"
          prefix      = var.registry
          ping        = true
          insecure    = false
          default     = false
          credentials = "ext:/scripts/ecr-login.sh"
          credsexpire = "10h"
        }]
      }

      authScripts = {
        enabled = true
        scripts = { "ecr-login.sh" = templatefile("${path.module}/ecr-login.sh.tftpl", { region = local.region }) }
      }
    }),
  ]

  # A pod gets its role when it starts.
  depends_on = [module.identity]
}

# After the chart: it brings the kind ImageUpdater.
resource "helm_release" "manifests" {
  name            = "argocd-image-updater-manifests"
  namespace       = var.namespace
  chart           = "${path.module}/../../charts/manifests"
  cleanup_on_fail = true
  max_history     = 10
  timeout         = 300

  values = [yamlencode({ manifests = var.manifests })]

  depends_on = [helm_release.image_updater]
}
