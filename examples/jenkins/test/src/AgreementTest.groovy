import org.junit.Test

/** The library against what it speaks of: the help of the command line, and its own pages in Jenkins. */
class AgreementTest {
    private static final Map STEPS = [
        gitopsStatus: 'status', gitopsFreeze: 'freeze', gitopsResume: 'resume', gitopsPromote: 'promote',
        gitopsRevert: 'revert', gitopsApply: 'apply', gitopsLint: 'lint',
    ]
    /** Options that the steps decide on themselves, and those that no step needs. */
    private static final List OWN = ['output', 'quiet', 'yes', 'noColor', 'help', 'version', 'format']
    /** A step looks; who mends is a person. */
    private static final Map BY_HAND = [lint: ['fix', 'dryRun']]

    private final GroovyClassLoader library = new GroovyClassLoader()

    AgreementTest() {
        library.addURL(new File(Jenkins.LIBRARY, 'src').toURI().toURL())
    }

    private Map specOf(String command) {
        library.loadClass('gitops.Commands').find(command)
    }

    private static String camel(String option) {
        option.replaceAll(/-([a-z])/) { it[1].toUpperCase() }
    }

    /** Options as the help lists them: by name, whether they take a value. */
    private static Map optionsOf(String command) {
        String help = Repository.run(Jenkins.LIBRARY, ['gitops'] + (command.split(' ') as List) + ['--help'])
        Map found = [:]
        help.eachLine { line ->
            def option = line =~ /^ {2}(?:-\w, )?--([a-z-]+)( <| \[)?/
            if (option.find()) {
                found[camel(option.group(1))] = option.group(2) != null
            }
        }
        assert found.size() > 8: help
        found
    }

    @Test
    void theTableIsThatOfTheCommandLine() {
        List plans = library.loadClass('gitops.Commands').verbNames().collect { "plan ${it}".toString() }
        (STEPS.values() + plans).each { command ->
            List notOfSteps = OWN + (BY_HAND[command] ?: [])
            Map help = optionsOf(command).findAll { name, takes -> !notOfSteps.contains(name) }
            Map known = specOf(command).options.collectEntries { name, kind -> [name, kind != 'flag'] }
            assert known.sort() == help.sort(): command
        }
    }

    @Test
    void everyPageNamesEveryArgument() {
        STEPS.each { step, command ->
            Map spec = specOf(command)
            assert pageArguments(step) == (spec.arguments + (spec.options.keySet() as List)) as Set: step
        }
        Set ofPlans = ['verb'] as Set
        library.loadClass('gitops.Commands').verbNames().each { verb ->
            Map spec = specOf("plan ${verb}")
            ofPlans.addAll(spec.arguments + (spec.options.keySet() as List))
        }
        assert pageArguments('gitopsPlan') == ofPlans
    }

    @Test
    void everyStepHasAPageAndEveryPageAStep() {
        List names = new File(Jenkins.LIBRARY, 'vars').list() as List
        Set steps = names.findAll { it.endsWith('.groovy') }*.replace('.groovy', '') as Set
        assert steps == (STEPS.keySet() + 'gitopsPlan') as Set
        assert names.findAll { it.endsWith('.txt') }*.replace('.txt', '') as Set == steps
    }

    /** The words before the colons of a page's list of arguments. */
    private static Set pageArguments(String step) {
        String page = new File(Jenkins.LIBRARY, "vars/${step}.txt").getText('UTF-8')
        assert !(page =~ /[<>&]/).find(): 'Jenkins shows pages with or without markup, as it is set up'
        List lines = page.split('\n').findAll { it ==~ /- [a-zA-Z, ]+: .*/ }
        lines.collectMany { it.substring(2, it.indexOf(':')).split(', ') as List } as Set
    }
}
