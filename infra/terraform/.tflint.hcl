# tflint's own rules for the language. Those for AWS are a plugin that tflint downloads; it is not used here.
config {
  call_module_type = "local"
  force            = false
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}
