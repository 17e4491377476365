import org.junit.After
import org.junit.Before
import org.junit.Test

/**
 * The steps as Jenkins runs them: transformed into continuations, which Jenkins stores between any two steps and takes up
 * again, perhaps after a restart. What cannot be serialized fails here.
 */
class CpsTest {
    private Jenkins jenkins
    private Repository repository

    @Before
    void open() {
        jenkins = new Jenkins(true)
        repository = new Repository(jenkins.home)
    }

    @After
    void close() {
        jenkins.home.deleteDir()
    }

    private Throwable run(String steps) {
        jenkins.build("@Library('gitops') _\nnode('linux') {\n${steps}\n}")
    }

    @Test
    void stepsRunAsContinuations() {
        assert run("""
            withEnv(['GITOPS_REPO=${repository.bare}']) {
                Map status = gitopsStatus()
                Map plan = gitopsPlan(verb: 'promote', from: 'dev', to: 'prod')
                Map done = gitopsApply(merge: true)
                echo "\${status.versions.dev.payments} \${plan.wouldChange} \${done.pullRequests[0].kind}"
            }
        """) == null
        assert jenkins.log.last() == '1.8.2 true merged'
        assert repository.payments('prod') == '1.8.2'
    }

    @Test
    void resultsCanBeKeptOverARestart() {
        List results = []
        jenkins.helper.registerAllowedMethod('keep', [Map], { Map result -> results << result })
        assert run("""
            keep gitopsStatus(repo: '${repository.bare}')
            keep gitopsPlan(verb: 'promote', from: 'dev', to: 'prod', repo: '${repository.bare}')
            keep gitopsFreeze(environment: 'dev', reason: 'QA', repo: '${repository.bare}')
        """) == null
        assert results.size() == 3
        results.each { result ->
            Object again = jenkins.helper.roundtripSerialization(result)
            assert again == result
            assert again.document.schema.startsWith('gitops/')
        }
    }

    @Test
    void failuresEndABuildOfContinuations() {
        assert run("gitopsPromote from: 'dev', to: 'prd', repo: '${repository.bare}'").message.contains('error[unknown-environment]')
        assert run("gitopsPromote form: 'dev'").message.contains('Did you mean "from"?')
    }
}
