import gitops.Commands
import gitops.Gitops

Map call(Map arguments = [:]) {
    Map asked = [out: 'plan.json'] + arguments
    String verb = asked.remove('verb')
    if (!Commands.verbNames().contains(verb)) {
        error "gitopsPlan needs \"verb\", one of: ${Commands.verbNames().join(', ')}."
    }
    if (asked.out == '-') {
        error 'gitopsPlan writes a file: "out" is its path.'
    }
    new Gitops(this).run('gitopsPlan', "plan ${verb}", asked)
}
