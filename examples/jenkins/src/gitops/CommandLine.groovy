package gitops

import com.cloudbees.groovy.cps.NonCPS

/** From named arguments to one line for the shell, in which nobody's text is more than text. */
class CommandLine implements Serializable {
    private static final long serialVersionUID = 1L

    /**
     * @param step Name of the step, for messages.
     * @param command Such as `promote` or `plan promote`.
     * @param given Named arguments. What is null or empty counts as left out, as parameters of a job are.
     * @return `[line: …]`, or `[problem: …]` that says what is wrong and what can be given.
     */
    @NonCPS
    static Map build(String step, String command, Map given) {
        Map spec = Commands.find(command)
        if (spec == null) {
            return [problem: 'There is no command "gitops ' + command + '".']
        }
        List known = spec.arguments + (spec.options.keySet() as List)
        List problems = []
        Map values = [:]
        given.each { key, value ->
            String name = key.toString()
            if (!known.contains(name)) {
                problems << unknown(step, name, known)
            } else if (isGiven(value)) {
                Map read = read(name, value, kindOf(spec, name))
                values[name] = read.texts ?: []
                if (read.problem != null) {
                    problems << read.problem
                }
            }
        }
        List missing = spec.arguments.findAll { !spec.optional.contains(it) && values[it] == null }
        missing.each { problems << "${step} needs \"${it}\".".toString() }
        problems.isEmpty() ? [line: line(command, spec, values)] : [problem: problems.join('\n')]
    }

    /** One word for the shell: within single quotes nothing has a meaning but the quote itself. */
    @NonCPS
    static String quote(String word) {
        word ==~ /[A-Za-z0-9_\/.:=@,+-]+/ ? word : "'" + word.replace("'", "'\\''") + "'"
    }

    @NonCPS
    private static String line(String command, Map spec, Map values) {
        List words = ['gitops'] + (command.split(' ') as List) + ['--output=json']
        // nobody watches the steps of a short run; of a wait, they are what is to be seen
        if (values.verbose == null && values.wait == null) {
            words << '--quiet'
        }
        spec.options.each { name, kind ->
            List texts = values[name] ?: []
            texts.each { text ->
                // in one word with its name: a text that begins with a hyphen is no option
                words << (text == null ? "--${hyphens(name)}" : "--${hyphens(name)}=${text}").toString()
            }
        }
        List positional = spec.arguments.collectMany { values[it] ?: [] }
        if (!positional.isEmpty()) {
            words << '--'
            words.addAll(positional)
        }
        words.collect { quote(it) }.join(' ')
    }

    @NonCPS
    private static String kindOf(Map spec, String name) {
        name == 'environments' ? Commands.LIST : (spec.options[name] ?: Commands.TEXT)
    }

    @NonCPS
    private static boolean isGiven(Object value) {
        value != null && value != false && value.toString() != '' && !(value instanceof Collection && value.isEmpty())
    }

    /** The texts of an argument; a text that is null stands for the bare option. */
    @NonCPS
    private static Map read(String name, Object value, String kind) {
        boolean isText = value instanceof CharSequence || value instanceof Number
        if (kind == Commands.FLAG || (kind == Commands.WAIT && value == true)) {
            return value == true ? [texts: [null]] : [problem: "\"${name}\" is true or false.".toString()]
        }
        if (kind == Commands.LIST && value instanceof Collection) {
            boolean areTexts = value.every { it instanceof CharSequence && it.toString() != '' }
            return areTexts
                ? checked(name, value.collect { it.toString() })
                : [problem: "\"${name}\" is a list of texts.".toString()]
        }
        isText ? checked(name, [value.toString()]) : [problem: "\"${name}\" is a text.".toString()]
    }

    @NonCPS
    private static Map checked(String name, List texts) {
        boolean isPlain = texts.every { it.indexOf('\u0000') < 0 }
        isPlain ? [texts: texts] : [problem: "\"${name}\" holds a null character.".toString()]
    }

    @NonCPS
    private static String unknown(String step, String name, List known) {
        String wanted = plain(name)
        String near = known.find { plain(it) == wanted } ?: known.find { distance(plain(it), wanted) <= 2 }
        String hint = near == null ? '' : " Did you mean \"${near}\"?"
        "${step} does not know \"${name}\".${hint} It takes: ${known.join(', ')}.".toString()
    }

    @NonCPS
    private static String plain(String name) {
        name.replace('-', '').toLowerCase()
    }

    /** How many letters have to be changed, added or removed. */
    @NonCPS
    private static int distance(String one, String other) {
        List row = (0..other.length()) as List
        for (int i = 1; i <= one.length(); i++) {
            List above = row
            row = [i]
            for (int j = 1; j <= other.length(); j++) {
                int change = one[i - 1] == other[j - 1] ? 0 : 1
                row << [above[j] + 1, row[j - 1] + 1, above[j - 1] + change].min()
            }
        }
        row[other.length()]
    }

    /** `onBehalfOf`: `on-behalf-of`. */
    @NonCPS
    private static String hyphens(String name) {
        name.replaceAll(/[A-Z]/) { '-' + it.toLowerCase() }
    }
}
