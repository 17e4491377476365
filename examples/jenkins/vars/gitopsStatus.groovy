import gitops.Gitops

Map call(Map arguments = [:]) {
    new Gitops(this).run('gitopsStatus', 'status', arguments)
}
