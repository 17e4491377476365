package gitops

import com.cloudbees.groovy.cps.NonCPS

/** A document of gitops as people read it in the log, and as a pipeline works with it. */
class Report implements Serializable {
    private static final long serialVersionUID = 1L

    /** What a step returns: plain data, which a pipeline may keep as long as it likes. */
    @NonCPS
    static Map result(int exitCode, Map document) {
        Map common = [exitCode: exitCode, document: document]
        switch (document.schema) {
            case 'gitops/status/1':
                return common + [versions: versions(document), frozen: frozen(document)]
            case 'gitops/lint/1':
                return common + [findings: document.findings, summary: lintSummary(document)]
            case 'gitops/plan-written/1':
                return common + [
                    summary: document.plan.summary, wouldChange: !document.plan.changes.isEmpty(), file: document.file,
                ]
            default:
                List urls = document.pullRequests.collect { it.url }
                return common + [
                    summary: document.summary, wouldChange: document.wouldChange, pullRequests: document.pullRequests,
                    url: urls.isEmpty() ? null : urls[0],
                ]
        }
    }

    @NonCPS
    static String describe(Map document) {
        switch (document.schema) {
            case 'gitops/status/1': return statusLines(document).join('\n')
            case 'gitops/lint/1': return lintLines(document).join('\n')
            case 'gitops/plan-written/1': return planLines(document).join('\n')
            default: return changeLines(document).join('\n')
        }
    }

    /** What the pull requests wait for; empty where they wait for nothing. */
    @NonCPS
    static String waitingFor(Map document) {
        document.pullRequests.collectMany { it.waitingFor }.unique().join(', ')
    }

    @NonCPS
    static String failure(Map error) {
        ([error] + error.also).collect { one ->
            String at = one.at == null ? '' : " ${one.at.file}:${one.at.line}:${one.at.column}"
            "error[${one.kind}]${at}\n${indented(one.message)}\n${indented(one.remedy)}"
        }.join('\n')
    }

    /** Versions by environment and application; `application/image` where it has several images. */
    @NonCPS
    private static Map versions(Map document) {
        Map all = [:]
        document.environments.each { environment ->
            Map own = [:]
            environment.applications.each { application ->
                application.images.each { image ->
                    String last = image.image.tokenize('/').last()
                    String name = application.images.size() == 1 ? application.name : "${application.name}/${last}"
                    own[name] = text(image.version)
                }
            }
            all[environment.name] = own
        }
        all
    }

    @NonCPS
    private static Map frozen(Map document) {
        Map all = [:]
        document.environments.each { all[it.name] = it.frozen }
        all
    }

    @NonCPS
    private static List statusLines(Map document) {
        Map all = versions(document)
        document.environments.collectMany { environment ->
            String state = environment.frozen ? ' (frozen)' : ''
            List lines = all[environment.name].collect { name, version -> "  ${name} ${version}".toString() }
            ["${environment.name}${state}".toString()] + lines
        }
    }

    @NonCPS
    private static List lintLines(Map document) {
        List lines = document.findings.collect { one ->
            String at = one.at == null ? '' : "${one.at.file}:${one.at.line}:${one.at.column}  "
            "  ${one.severity}  ${at}${one.rule}\n${indented(indented(one.message))}".toString()
        }
        [lintSummary(document)] + lines
    }

    @NonCPS
    private static String lintSummary(Map document) {
        int errors = document.findings.count { it.severity == 'error' }
        int all = document.findings.size()
        String silenced = document.silenced.isEmpty() ? '' : ", ${document.silenced.size()} silenced"
        (all == 0 ? 'Nothing was found' : "${errors} of ${all} findings are errors") + silenced
    }

    @NonCPS
    private static List planLines(Map document) {
        Map plan = document.plan
        List edits = plan.changes.collectMany { change ->
            change.edits.collect { editLines(it) }
        }
        [plan.summary] + (edits.isEmpty() ? ['Nothing to do.'] : edits)
    }

    @NonCPS
    private static String editLines(Map edit) {
        "  ${edit.file}\n    ${edit.at}\n    ${shown(edit.before)} → ${shown(edit.after)}"
    }

    @NonCPS
    private static List changeLines(Map document) {
        List versions = document.versions.collect {
            "  ${it.application}  ${it.image}  ${text(it.from)} → ${text(it.to)}  ${it.kind}".toString()
        }
        List findings = document.findings.collect { "  ! ${it.rule}  ${it.message} ${it.remedy}".toString() }
        List skipped = document.skipped.collect { "  - skipped ${it.application}: ${it.message}".toString() }
        List closed = document.closed.collect { "Closed ${it.url}".toString() }
        List requests = document.pullRequests.collect { "${it.kind} ${it.url}".toString().capitalize() }
        List last = closed + requests
        if (last.isEmpty()) {
            last = [document.wouldChange ? 'Nothing was written.' : 'Nothing to do.']
        }
        [document.summary] + versions + findings + skipped + last
    }

    /** The tag, the digest, or both. */
    @NonCPS
    private static String text(Map version) {
        if (version == null) {
            return 'none'
        }
        [version.tag, version.digest].findAll { it != null }.join('@') ?: 'none'
    }

    @NonCPS
    private static String shown(String value) {
        value == null ? '(nothing)' : value
    }

    @NonCPS
    private static String indented(String lines) {
        lines.split('\n').collect { "  ${it}" }.join('\n')
    }
}
