import gitops.Gitops

Map call(Map arguments = [:]) {
    new Gitops(this).run('gitopsFreeze', 'freeze', arguments)
}
