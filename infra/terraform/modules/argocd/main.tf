resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = var.namespace

    labels = {
      "pod-security.kubernetes.io/enforce" = "baseline"
      "pod-security.kubernetes.io/warn"    = "restricted"
    }
  }
}

locals {
  replicas = var.high_availability ? 2 : 1

  scaled = {
    replicas = local.replicas
    pdb      = { enabled = var.high_availability }
  }

  values = {
    global         = { domain = var.domain }
    server         = local.scaled
    repoServer     = local.scaled
    applicationSet = local.scaled

    notifications = {
      cm     = { create = !var.external_notifications }
      secret = { create = !var.external_notifications }
    }
  }
}

resource "helm_release" "argocd" {
  name            = "argocd"
  namespace       = kubernetes_namespace_v1.this.metadata[0].name
  repository      = "https://argoproj.github.io/argo-helm"
  chart           = "argo-cd"
  version         = var.chart_version
  atomic          = true
  cleanup_on_fail = true
  max_history     = 10
  timeout         = 900

  values = [
    file("${path.module}/values.yaml"),
    yamlencode(local.values),
    yamlencode(var.values),
  ]
}

# A release of its own: the kinds Application and AppProject exist only when the chart above is installed. The resource
# kubernetes_manifest asks the cluster for the kind while it plans, so that a first plan would fail.
resource "helm_release" "manifests" {
  name            = "argocd-manifests"
  namespace       = kubernetes_namespace_v1.this.metadata[0].name
  chart           = "${path.module}/../../charts/manifests"
  cleanup_on_fail = true
  max_history     = 10
  timeout         = 900

  values = [yamlencode({ manifests = var.manifests })]

  # Destroyed first: Argo CD is needed to delete what the Applications made.
  depends_on = [helm_release.argocd]
}
