package gitops

import com.cloudbees.groovy.cps.NonCPS

/**
 * What each command of gitops takes: the words of its command line, in camel case where they hold a hyphen.
 * A test holds this table to the help of the command line.
 */
class Commands implements Serializable {
    private static final long serialVersionUID = 1L

    /** A word that stands alone; true or false. */
    static final String FLAG = 'flag'
    /** One text. */
    static final String TEXT = 'text'
    /** One text or several. */
    static final String LIST = 'list'
    /** true, or the state to wait for. */
    static final String WAIT = 'wait'

    private static final Map SELECTION = [app: LIST, image: LIST, except: LIST]
    private static final Map CARRY_OUT = [
        merge: FLAG, wait: WAIT, timeout: TEXT, auto: FLAG, approveWith: TEXT, dryRun: FLAG, check: FLAG,
        updateApproved: FLAG, overwrite: FLAG,
    ]
    private static final Map WRITE_DOWN = [out: TEXT, expires: TEXT]
    private static final Map EVERYWHERE = [
        repo: TEXT, provider: TEXT, allowHost: LIST, caFile: TEXT, noCache: FLAG, branch: TEXT, config: TEXT,
        root: TEXT, verbose: FLAG,
    ]

    /** What a verb asks for: its arguments in their order, those that may be left out, its options. */
    private static final Map VERBS = [
        freeze: [
            arguments: ['environment'], optional: [],
            options: SELECTION + [reason: TEXT, until: TEXT, onBehalfOf: TEXT],
        ],
        resume: [
            arguments: ['environment'], optional: ['environment'],
            options: SELECTION + [expired: FLAG, keepChanges: FLAG],
        ],
        promote: [arguments: ['from', 'to'], optional: [], options: SELECTION],
        revert: [
            arguments: ['promotion'], optional: ['promotion'],
            options: SELECTION + [env: TEXT, skipChanged: FLAG, hold: FLAG, reason: TEXT, until: TEXT],
        ],
    ]
    private static final Map OTHERS = [
        status: [arguments: ['environments'], optional: ['environments'], options: [explain: FLAG, at: TEXT]],
        lint: [arguments: [], optional: [], options: [strict: FLAG, at: TEXT]],
        apply: [arguments: ['plan'], optional: [], options: CARRY_OUT],
    ]

    /** Names of the verbs, which are also what a plan can be made of. */
    @NonCPS
    static List verbNames() {
        VERBS.keySet() as List
    }

    /** What a command takes; null for one that is not known. `plan promote` is one command. */
    @NonCPS
    static Map find(String command) {
        List words = command.split(' ') as List
        boolean isPlan = words.size() == 2 && words[0] == 'plan'
        Map verb = VERBS[isPlan ? words[1] : command]
        Map spec = verb == null ? OTHERS[command] : verb + [options: verb.options + (isPlan ? WRITE_DOWN : CARRY_OUT)]
        spec == null ? null : spec + [options: spec.options + EVERYWHERE]
    }
}
