package gitops

import com.cloudbees.groovy.cps.NonCPS
import groovy.json.JsonSlurper

/** What a run of the command line said: its exit code and its one JSON document. */
class Answer implements Serializable {
    private static final long serialVersionUID = 1L

    final int exitCode
    /** Plain maps and lists; null where there was none. */
    final Map document
    /** What stood on standard output in place of a document. */
    final String text

    private Answer(int exitCode, Map document, String text) {
        this.exitCode = exitCode
        this.document = document
        this.text = text
    }

    /** @param output Standard output, with the exit code as its last line. */
    @NonCPS
    static Answer parse(String output) {
        String all = output.trim()
        int cut = all.lastIndexOf('\n')
        String said = cut < 0 ? '' : all.substring(0, cut).trim()
        int code = Integer.parseInt(all.substring(cut + 1).trim())
        Map document = null
        if (said.startsWith('{')) {
            try {
                document = copy(new JsonSlurper().parseText(said))
            } catch (groovy.json.JsonException ignored) {
                document = null
            }
        }
        new Answer(code, document, document == null ? said : '')
    }

    /** JsonSlurper gives maps that cannot be serialized, and a pipeline may be stored at any step. */
    @NonCPS
    private static Object copy(Object value) {
        if (value instanceof Map) {
            Map plain = [:]
            value.each { key, one -> plain[key.toString()] = copy(one) }
            return plain
        }
        if (value instanceof List) {
            List plain = []
            value.each { plain.add(copy(it)) }
            return plain
        }
        value
    }
}
