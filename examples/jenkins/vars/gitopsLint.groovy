import gitops.Gitops

Map call(Map arguments = [:]) {
    Map found = new Gitops(this).run('gitopsLint', 'lint', arguments)
    if (found.exitCode == 10) {
        unstable("gitops lint: ${found.summary}".toString())
    }
    found
}
