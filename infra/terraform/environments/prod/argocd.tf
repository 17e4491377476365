# What Argo CD is given is what stands in infra/argocd: the same files that kubectl would apply.
locals {
  argocd_folder = "${path.module}/../../../argocd"

  argocd_files = concat(
    [
      "namespaces/namespaces.yaml",
      "projects/bootstrap.yaml",
      "projects/prod.yaml",
      "repositories/secret-store.yaml",
      "repositories/gitops.yaml",
      "root/prod.yaml",
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
  high_availability      = true
  external_notifications = var.notifications

  # dev and prod are namespaces of their own clusters here; only the one of this environment is made.
  manifests = [for manifest in local.argocd_manifests : manifest if manifest.kind != "Namespace" || manifest.metadata.name == "prod"]

  # Its manifests have kinds of External Secrets.
  depends_on = [module.cluster, module.external_secrets]
}
