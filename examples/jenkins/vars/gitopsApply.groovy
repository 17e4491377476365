import gitops.Gitops

Map call(Map arguments = [:]) {
    new Gitops(this).run('gitopsApply', 'apply', [plan: 'plan.json'] + arguments)
}
