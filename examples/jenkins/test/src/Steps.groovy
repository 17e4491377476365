/** The steps that our pipelines use, with the arguments that Jenkins knows for them. */
class Steps {
    /** Arguments by step, from the reference of the plugins' steps. */
    private static final Map KNOWN = [
        sh: ['script', 'label', 'encoding', 'returnStatus', 'returnStdout'],
        input: ['message', 'id', 'ok', 'cancel', 'parameters', 'submitter', 'submitterParameter'],
        lock: ['resource', 'label', 'quantity', 'variable', 'inversePrecedence', 'skipIfLocked', 'extra', 'priority', 'reason'],
        timeout: ['time', 'unit', 'activity'],
        stash: ['name', 'includes', 'excludes', 'allowEmpty', 'useDefaultExcludes'],
        archiveArtifacts: ['artifacts', 'allowEmptyArchive', 'caseSensitive', 'defaultExcludes', 'excludes', 'fingerprint', 'followSymlinks', 'onlyIfSuccessful'],
        usernamePassword: ['credentialsId', 'usernameVariable', 'passwordVariable'],
        credential: ['credentialsId', 'variable'],
        parameter: ['name', 'defaultValue', 'description', 'trim', 'choices'],
        logRotator: ['numToKeepStr', 'daysToKeepStr', 'artifactNumToKeepStr', 'artifactDaysToKeepStr'],
        withCredentials: [], none: [],
    ]
    private static final List UNITS = ['SECONDS', 'MINUTES', 'HOURS', 'DAYS']

    /** Refuses arguments that the step does not have. */
    static Map checked(String step, Map given, List required = []) {
        List known = KNOWN[step]
        Set unknown = given.keySet() - known
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("${step} has no ${unknown.join(', ')}; it has ${known.join(', ')}")
        }
        List missing = required.findAll { given[it] == null }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("${step} needs ${missing.join(', ')}")
        }
        given
    }

    static void checkTimeout(Map given) {
        checked('timeout', given, ['time'])
        if (given.unit != null && !UNITS.contains(given.unit)) {
            throw new IllegalArgumentException("timeout has no unit ${given.unit}")
        }
    }

    static void register(Jenkins jenkins) {
        def helper = jenkins.helper
        Closure add = { String name, List types, Closure work -> helper.registerAllowedMethod(name, types, work) }
        Closure run = { Closure body -> helper.callClosure(body) }
        registerSmall(jenkins, add)
        add('node', [String, Closure]) { String label, Closure body -> jenkins.onNode { run(body) } }
        add('stage', [String, Closure]) { String name, Closure body -> run(body) }
        add('timeout', [Map, Closure]) { Map given, Closure body ->
            checkTimeout(given)
            jenkins.timeouts << given
            run(body)
        }
        add('lock', [Map, Closure]) { Map given, Closure body -> lock(jenkins, given) { run(body) } }
        add('withEnv', [List, Closure]) { List given, Closure body ->
            jenkins.within(given.collectEntries { it.toString().split('=', 2) as List }) { run(body) }
        }
        add('withCredentials', [List, Closure]) { List given, Closure body ->
            jenkins.within(given.inject([:]) { all, one -> all + bound(jenkins, one) }) { run(body) }
        }
        add('script', [Closure]) { Closure body -> run(body) }
        add('pipeline', [Closure]) { Closure body -> new Declarative(jenkins).run(body) }
    }

    static Object lock(Jenkins jenkins, Map given, Closure work) {
        checked('lock', given, ['resource'])
        assert !jenkins.locked.contains("held ${given.resource}".toString()): "${given.resource} is locked"
        jenkins.locked << "held ${given.resource}".toString()
        try {
            return work()
        } finally {
            jenkins.locked.remove("held ${given.resource}".toString())
            jenkins.locked << given.resource.toString()
        }
    }

    private static void registerSmall(Jenkins jenkins, Closure add) {
        add('sh', [Map]) { Map given -> jenkins.sh(checked('sh', given, ['script'])) }
        add('sh', [String]) { String script -> jenkins.sh([script: script]) }
        add('isUnix', []) { -> jenkins.unix }
        add('echo', [String]) { String text -> jenkins.say(text) }
        add('error', [String]) { String text -> throw new Stop('FAILURE', text) }
        add('unstable', [String]) { String text ->
            jenkins.currentBuild.result = 'UNSTABLE'
            jenkins.say(text)
        }
        add('input', [Map]) { Map given -> ask(jenkins, checked('input', given, ['message'])) }
        add('stash', [Map]) { Map given -> jenkins.stash(checked('stash', given, ['name'])) }
        add('unstash', [String]) { String name -> jenkins.unstash(name) }
        add('archiveArtifacts', [Map]) { Map given -> jenkins.archive(checked('archiveArtifacts', given, ['artifacts'])) }
        add('usernamePassword', [Map]) { Map given -> checked('usernamePassword', given, KNOWN.usernamePassword) + [kind: 'pair'] }
        add('string', [Map]) { Map given -> given.credentialsId ? checked('credential', given, KNOWN.credential) : checked('parameter', given, ['name']) }
        add('file', [Map]) { Map given -> checked('credential', given, KNOWN.credential) }
        add('properties', [List]) { List given -> }
        add('parameters', [List]) { List given -> }
        add('disableConcurrentBuilds', []) { -> }
        add('buildDiscarder', [Map]) { Map given -> }
        add('logRotator', [Map]) { Map given -> checked('logRotator', given) }
    }

    private static Object ask(Jenkins jenkins, Map given) {
        jenkins.inputs << (given + [locked: jenkins.locked.any { it.startsWith('held ') }])
        def next = jenkins.answers.isEmpty() ? 'abort' : jenkins.answers.remove(0)
        String answer = next instanceof Closure ? next() : next
        if (answer == 'abort') {
            throw new Stop('ABORTED', 'Rejected')
        }
        given.submitterParameter == null ? null : answer
    }

    private static Map bound(Jenkins jenkins, Map given) {
        def secret = jenkins.credentials[given.credentialsId]
        if (secret == null) {
            throw new Stop('FAILURE', "Could not find credentials entry with ID '${given.credentialsId}'")
        }
        given.kind == 'pair' ? [(given.usernameVariable): secret.username, (given.passwordVariable): secret.password] : [(given.variable): secret]
    }
}
