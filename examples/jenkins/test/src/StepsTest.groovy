import groovy.json.JsonOutput
import org.junit.After
import org.junit.Before
import org.junit.Test

/** The steps one by one: what they ask of the shell, and what they make of each answer. */
class StepsTest {
    private static final Map CHANGE = [
        schema: 'gitops/change/1', summary: 'Promote dev to prod: payments 1.8.2', wouldChange: true,
        versions: [[application: 'payments', image: 'ghcr.io/acme/payments', from: [tag: '1.7.0', digest: null],
            to: [tag: '1.8.2', digest: null], kind: 'minor']],
        findings: [[rule: 'source-not-frozen', message: 'dev may change.', remedy: 'Freeze it.']],
        skipped: [[application: 'users', message: 'users is frozen.']], closed: [],
        pullRequests: [[kind: 'opened', url: 'https://github.com/acme/gitops/pull/12', waitingFor: []]],
    ]
    private Jenkins jenkins

    @Before
    void open() {
        jenkins = new Jenkins()
    }

    @After
    void close() {
        jenkins.home.deleteDir()
    }

    private Throwable run(String steps) {
        jenkins.build("@Library('gitops') _\nnode('linux') {\n${steps}\n}")
    }

    private Throwable answered(int exitCode, Object document, String steps = "gitopsPromote from: 'dev', to: 'prod'") {
        String said = document instanceof Map ? JsonOutput.toJson(document) : document
        jenkins.shell = { asked -> "${said}\n\n${exitCode}\n".toString() }
        run(steps)
    }

    /** A `gitops` that writes its arguments down, one after the other. */
    private List<String> argumentsOf(String steps) {
        File tools = new File(jenkins.home, 'tools')
        tools.mkdirs()
        File seen = new File(jenkins.home, 'arguments')
        File program = new File(tools, 'gitops')
        program.text = "#!/bin/sh\nfor one in \"\$@\"; do printf '%s\\0' \"\$one\"; done > '${seen}'\n" +
            "cat <<'END'\n${JsonOutput.toJson(CHANGE)}\nEND\n"
        program.setExecutable(true)
        jenkins.variables.PATH = "${tools}:${System.getenv('PATH')}".toString()
        assert run(steps) == null
        seen.getText('UTF-8').split('\u0000') as List
    }

    @Test
    void argumentsAreTheWordsOfTheCommandLine() {
        assert argumentsOf("gitopsPromote from: 'dev', to: 'prod', app: ['payments', 'users'], merge: true, approveWith: 'APPROVER'") ==
            ['promote', '--output=json', '--quiet', '--app=payments', '--app=users', '--merge', '--approve-with=APPROVER', '--', 'dev', 'prod']
        assert argumentsOf("gitopsFreeze environment: 'dev', onBehalfOf: 'Ana', wait: true") ==
            ['freeze', '--output=json', '--on-behalf-of=Ana', '--wait', '--', 'dev']
        assert argumentsOf("gitopsRevert hold: true, wait: 'merged', repo: 'https://github.com/acme/gitops'") ==
            ['revert', '--output=json', '--hold', '--wait=merged', '--repo=https://github.com/acme/gitops']
        assert argumentsOf("gitopsApply merge: true") == ['apply', '--output=json', '--quiet', '--merge', '--', 'plan.json']
    }

    @Test
    void whatIsEmptyIsAsIfItWereNotGiven() {
        assert argumentsOf("gitopsResume environment: '', app: [], reason: '' as String, image: null, expired: true, merge: false".replace("reason: '' as String, ", '')) ==
            ['resume', '--output=json', '--quiet', '--expired']
    }

    @Test
    void noTextBecomesMoreThanText() {
        File mark = new File(jenkins.home, 'mark')
        List evil = [
            "'; touch ${mark}; '", "\$(touch ${mark})", "`touch ${mark}`", "\"; touch ${mark}; \"", "a\ntouch ${mark}\n",
            "\\'; touch ${mark} #", '$HOME', '*', '--merge', '-- --merge', 'a && b | c > d', '~', ' ', 'ä→🚀', '!!', '#',
        ]*.toString()
        evil.each { text ->
            String quoted = JsonOutput.toJson(text).replace('$', '\\$')
            List seen = argumentsOf("gitopsFreeze environment: ${quoted}, reason: ${quoted}, app: [${quoted}]")
            assert seen == ['freeze', '--output=json', '--quiet', "--app=${text}".toString(), "--reason=${text}".toString(), '--', text]
            assert !mark.exists()
        }
    }

    @Test
    void argumentsThatAreNotKnownAreRefused() {
        String told = run("gitopsPromote form: 'dev', to: 'prod'").message
        assert told.contains('gitopsPromote does not know "form". Did you mean "from"? It takes: from, to, app,')
        assert told.contains('gitopsPromote needs "from".')
        assert run("gitopsFreeze environment: 'dev', 'on-behalf-of': 'Ana'").message.contains('Did you mean "onBehalfOf"?')
        assert run("gitopsStatus xyzzy: 1").message.startsWith('gitopsStatus does not know "xyzzy". It takes: environments,')
        assert run("gitopsPlan verb: 'promote', from: 'dev', to: 'prod', merge: true").message.contains('does not know "merge"')
        assert jenkins.shells.isEmpty()
    }

    @Test
    void valuesOfTheWrongKindAreRefused() {
        assert run("gitopsPromote from: 'dev', to: 'prod', merge: 'true'").message == '"merge" is true or false.'
        assert run("gitopsPromote from: 'dev', to: ['prod']").message == '"to" is a text.'
        assert run("gitopsPromote from: 'dev', to: 'prod', app: [1]").message == '"app" is a list of texts.'
        assert run("gitopsPromote from: 'dev', to: 'prod', app: 'a\\u0000b'").message == '"app" holds a null character.'
        assert run("gitopsPlan from: 'dev'").message == 'gitopsPlan needs "verb", one of: freeze, resume, promote, revert.'
        assert run("gitopsPlan verb: 'promote', from: 'dev', to: 'prod', out: '-'").message.contains('"out" is its path')
        assert jenkins.shells.isEmpty()
    }

    @Test
    void theAnswerIsAMapForThePipeline() {
        assert answered(0, CHANGE, '''
            Map done = gitopsPromote(from: 'dev', to: 'prod')
            echo "${done.exitCode} ${done.url} ${done.wouldChange} ${done.pullRequests.size()} ${done.document.versions[0].to.tag}"
        ''') == null
        assert jenkins.log.last() == '0 https://github.com/acme/gitops/pull/12 true 1 1.8.2'
    }

    @Test
    void theLogSaysWhatPeopleWantToKnow() {
        assert answered(0, CHANGE) == null
        assert jenkins.log.last() == '''Promote dev to prod: payments 1.8.2
  payments  ghcr.io/acme/payments  1.7.0 → 1.8.2  minor
  ! source-not-frozen  dev may change. Freeze it.
  - skipped users: users is frozen.
Opened https://github.com/acme/gitops/pull/12'''
    }

    @Test
    void differencesFoundAreAnAnswer() {
        assert answered(10, CHANGE + [pullRequests: []], '''
            if (gitopsPromote(from: 'dev', to: 'prod', check: true).exitCode == 10) { echo 'differs' }
        ''') == null
        assert jenkins.log.last() == 'differs'
        assert jenkins.currentBuild.result == 'SUCCESS'
    }

    @Test
    void whatWaitsMakesTheBuildUnstable() {
        List waiting = [CHANGE.pullRequests[0] + [kind: 'waiting', waitingFor: ['an approval', 'check ci']]]
        assert answered(7, CHANGE + [pullRequests: waiting]) == null
        assert jenkins.currentBuild.result == 'UNSTABLE'
        assert jenkins.log.last() == 'gitops promote waits for an approval, check ci. Run it again when that is there.'
    }

    @Test
    void failuresSayWhatWhereWhyAndWhatToDo() {
        Map also = [kind: 'missing-pin', at: null, message: 'No version is written.', remedy: 'Write one.', also: []]
        Map error = [kind: 'downgrade', at: [file: 'a.yaml', line: 2, column: 3], message: 'It would go back.', remedy: 'Leave it out.', also: [also]]
        Map meanings = [
            1: 'A defect of gitops', 2: 'cannot work', 3: 'Refused', 4: 'check the credentials', 5: 'run this build again.',
            6: 'run this build again later', 137: 'did not end by itself',
        ]
        meanings.each { code, meaning ->
            String told = answered(code, [schema: 'gitops/error/1', error: error]).message
            assert told.startsWith("gitops promote failed with exit code ${code}. ")
            assert told.contains(meaning)
            assert told.endsWith('''
error[downgrade] a.yaml:2:3
  It would go back.
  Leave it out.
error[missing-pin]
  No version is written.
  Write one.''')
            assert jenkins.currentBuild.result == 'FAILURE'
        }
    }

    @Test
    void whatIsNoAnswerIsAFailure() {
        assert answered(3, CHANGE).message.contains('exit code 3')
        assert answered(0, '').message.contains('exit code 0')
        assert answered(0, 'Nothing to do.').message.endsWith('Nothing to do.')
        assert answered(0, '{"schema": "gitops/ch').message.endsWith('{"schema": "gitops/ch')
        assert answered(0, [schema: 'gitops/error/1', error: [kind: 'x', at: null, message: 'm', remedy: 'r', also: []]]).message.contains('error[x]')
    }

    @Test
    void anAgentWithoutGitopsOrShellSaysSo() {
        jenkins.variables.PATH = '/usr/bin:/bin'
        assert run("gitopsStatus()").message.contains('There is no "gitops" on the PATH of this agent')
        jenkins.unix = false
        assert run("gitopsStatus()").message == 'gitopsStatus needs an agent with a POSIX shell.'
    }

    @Test
    void lintTellsWhatItFoundAndMakesTheBuildUnstable() {
        Repository repository = new Repository(jenkins.home)
        assert run("Map found = gitopsLint(repo: '${repository.bare}'); echo found.summary") == null
        assert jenkins.log.last() == 'Nothing was found'
        assert jenkins.currentBuild.result == 'SUCCESS'
        Map finding = [
            rule: 'unknown-annotation', severity: 'error', message: 'No such key.',
            at: [file: 'apps/a.yaml', line: 6, column: 5],
        ]
        Map document = [schema: 'gitops/lint/1', source: [:], findings: [finding], silenced: []]
        assert answered(10, document, 'gitopsLint()') == null
        assert jenkins.currentBuild.result == 'UNSTABLE'
        assert jenkins.log.join('\n').contains('apps/a.yaml:6:5  unknown-annotation\n    No such key.')
        assert jenkins.log.join('\n').contains('1 of 1 findings are errors')
    }

    @Test
    void theStatusHasVersionsByEnvironment() {
        Repository repository = new Repository(jenkins.home)
        assert run("""
            Map status = gitopsStatus(repo: '${repository.bare}')
            echo "\${status.versions.dev.payments} \${status.versions.prod.payments} \${status.frozen.dev}"
        """) == null
        assert jenkins.log.last() == '1.8.2 1.7.0 false'
    }
}
