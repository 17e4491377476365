locals {
  # Those that run on every node: without them no node becomes ready.
  addons_before_nodes = {
    "eks-pod-identity-agent" = {}
    "kube-proxy"             = {}
    "vpc-cni"                = { enableNetworkPolicy = "true" }
  }

  # Those that need a node to run on.
  addons_after_nodes = {
    "aws-ebs-csi-driver" = {}
    "coredns"            = {}
    "metrics-server"     = {}
  }

  # The add-ons that call AWS: their service account in kube-system, and what it may do.
  addon_identities = {
    "vpc-cni"            = { service_account = "aws-node", policy = "AmazonEKS_CNI_Policy" }
    "aws-ebs-csi-driver" = { service_account = "ebs-csi-controller-sa", policy = "service-role/AmazonEBSCSIDriverPolicy" }
  }
}

data "aws_eks_addon_version" "default" {
  for_each = merge(local.addons_before_nodes, local.addons_after_nodes)

  addon_name         = each.key
  kubernetes_version = aws_eks_cluster.this.version
}

# Pod Identity says for whom it asks. A pod of another name or cluster does not get the role.
data "aws_iam_policy_document" "addon_trust" {
  for_each = local.addon_identities

  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks-cluster-arn"
      values   = [aws_eks_cluster.this.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-namespace"
      values   = ["kube-system"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [each.value.service_account]
    }
  }
}

resource "aws_iam_role" "addon" {
  for_each = local.addon_identities

  name               = "${var.name}-${each.key}"
  description        = "The add-on ${each.key} of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.addon_trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "addon" {
  for_each = local.addon_identities

  role       = aws_iam_role.addon[each.key].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value.policy}"
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.addons_before_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, data.aws_eks_addon_version.default[each.key].version)
  configuration_values        = length(each.value) == 0 ? null : jsonencode(each.value)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = { for name, identity in local.addon_identities : name => identity if name == each.key }

    content {
      service_account = pod_identity_association.value.service_account
      role_arn        = aws_iam_role.addon[each.key].arn
    }
  }

  depends_on = [aws_iam_role_policy_attachment.addon]
}

resource "aws_eks_addon" "after_nodes" {
  for_each = local.addons_after_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, data.aws_eks_addon_version.default[each.key].version)
  configuration_values        = length(each.value) == 0 ? null : jsonencode(each.value)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = { for name, identity in local.addon_identities : name => identity if name == each.key }

    content {
      service_account = pod_identity_association.value.service_account
      role_arn        = aws_iam_role.addon[each.key].arn
    }
  }

  depends_on = [
    aws_eks_node_group.this,
    aws_iam_role_policy_attachment.addon,
  ]
}
