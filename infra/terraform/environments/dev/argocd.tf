# What Argo CD is given is what stands in infra/argocd: the same files that kubectl would apply.
locals {
  argocd_folder = "${path.module}/../../../argocd"

  argocd_files = concat(
    [
      "namespaces/namespaces.yaml",
      "projects/bootstrap.yaml",
      "projects/dev.yaml",
      "repositories/secret-store.yaml",
      "repositories/gitops.yaml",
      "root/dev.yaml",
    ],
    var.notifications ? ["notifications/config.yaml", "notifications/slack.yaml"] : [],
  )

  # A file may hold several documents.
  argocd_manifests = flatten([
    for name in local.argocd_files : [
      for document in split("\n---\n", file("${local.argocd_folder}/${name}")) : yamldecode(document)
    ]
  ])
}

module "argocd" {
  source = "../../modules/argocd"

  domain                 = var.argocd_domain
  high_availability      = false
  external_notifications = var.notifications

  # dev and prod are namespaces of their own clusters here; only the one of this environment is made.
  manifests = [for manifest in local.argocd_manifests : manifest if manifest.kind != "Namespace" || manifest.metadata.name == "dev"]

  # Its manifests have kinds of External Secrets.
  depends_on = [module.cluster, module.external_secrets]
}

# Only here: what runs in production changes by promotion alone.
module "image_updater" {
  source = "../../modules/image-updater"

  namespace       = module.argocd.namespace
  cluster_name    = module.cluster.name
  cluster_arn     = module.cluster.arn
  registry        = var.registry
  repository_arns = var.repository_arns
  manifests       = [yamldecode(file("${local.argocd_folder}/image-updater/dev.yaml"))]
}
