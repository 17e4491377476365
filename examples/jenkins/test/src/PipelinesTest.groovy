import org.junit.After
import org.junit.Before
import org.junit.Test

/** The pipelines beside the library, run from start to end on a real repository with the real command line. */
class PipelinesTest {
    private static final String TOKEN = 'the-token-of-the-app'

    private final List<Jenkins> all = []
    private Jenkins jenkins
    private Repository repository

    @Before
    void open() {
        start()
        repository = new Repository(jenkins.home)
    }

    @After
    void close() {
        all.each { it.home.deleteDir() }
    }

    private void start() {
        jenkins = new Jenkins()
        jenkins.credentials['gitops-github-app'] = [username: '4711', password: TOKEN]
        all << jenkins
    }

    private Throwable run(String path, Map given, List answers) {
        start()
        jenkins.answers.addAll(answers)
        Throwable ended = jenkins.build(Jenkins.pipeline(path, repository.bare.path), given)
        assert jenkins.shells.every { it.env.GITHUB_TOKEN == TOKEN }
        ended
    }

    private void succeeds(Map given, List answers = ['ana']) {
        assert run('Jenkinsfile', given, answers) == null
        assert jenkins.currentBuild.result == 'SUCCESS'
    }

    @Test
    void aPromotionIsPlannedApprovedAndApplied() {
        String before = repository.head()
        succeeds([MERGE: true])
        assert repository.payments('prod') == '1.8.2'
        assert repository.git('diff', '--numstat', before, 'main') == '1\t1\tinfra/apps/prod/payments/application.yaml\n'
        assert jenkins.currentBuild.description ==~
            /Promote dev to prod: payments 1\.8\.2\ngitops pr show [0-9a-f]{12} --repo \S+\napproved by ana/
        assert jenkins.archived('plan.json').text.contains('"gitops/plan/1"')
    }

    @Test
    void peopleAreAskedOnceAndNothingIsHeldMeanwhile() {
        succeeds([MERGE: true])
        assert jenkins.inputs.size() == 1
        assert jenkins.inputs[0].message == 'Promote dev to prod: payments 1.8.2?'
        assert jenkins.inputs[0].submitter == 'gitops-approvers'
        assert !jenkins.inputs[0].locked
        assert jenkins.locked == ['gitops']
        assert jenkins.timeouts*.time == [25, 24]
    }

    @Test
    void freezePromoteRevertAndResumeLeaveTheRepositoryAsItWas() {
        String before = repository.git('rev-parse', 'main^{tree}')
        succeeds([VERB: 'freeze', ENVIRONMENT: 'dev', REASON: "QA of Ana's \$(release)", UNTIL: '3d', MERGE: true])
        assert repository.hasFreezeOf('dev')
        assert repository.git('show', 'main:.gitops/freezes/dev.yaml').contains("QA of Ana's \$(release)")
        succeeds([VERB: 'promote', MERGE: true])
        assert repository.payments('prod') == '1.8.2'
        succeeds([VERB: 'revert', HOLD: true, REASON: 'payments fail', MERGE: true])
        assert repository.payments('prod') == '1.7.0'
        assert repository.git('grep', '-l', 'payments fail', 'main').contains('.gitops/freezes/prod')
        succeeds([VERB: 'resume', ENVIRONMENT: 'dev', MERGE: true])
        assert !repository.hasFreezeOf('dev')
        succeeds([VERB: 'resume', ENVIRONMENT: 'prod', APP: 'payments', MERGE: true])
        assert repository.git('rev-parse', 'main^{tree}') == before
    }

    @Test
    void withoutMergeThePullRequestStaysOpen() {
        String before = repository.head()
        succeeds([:])
        assert repository.head() == before
        assert repository.payments('prod', 'gitops/promote/dev/prod') == '1.8.2'
    }

    @Test
    void whatIsRejectedChangesNothing() {
        String before = repository.git('for-each-ref')
        assert run('Jenkinsfile', [MERGE: true], ['abort']) != null
        assert jenkins.currentBuild.result == 'ABORTED'
        assert repository.git('for-each-ref') == before
    }

    @Test
    void whereNothingIsToBeDoneNobodyIsAsked() {
        succeeds([MERGE: true])
        succeeds([MERGE: true], [])
        assert jenkins.inputs.isEmpty()
        assert jenkins.shells*.label == ['gitops plan promote']
    }

    @Test
    void whatWasApprovedIsAppliedOrNothing() {
        Closure meanwhile = {
            repository.commit('infra/apps/prod/payments/application.yaml', 'value: 1.7.0', 'value: 1.7.1')
            'ana'
        }
        assert run('Jenkinsfile', [MERGE: true], [meanwhile]).message.contains('error[plan-outdated]')
        assert jenkins.currentBuild.result == 'FAILURE'
        assert repository.payments('prod') == '1.7.1'
    }

    @Test
    void aReleaseFreezesAsksPromotesAndResumes() {
        String dev = repository.git('rev-parse', 'main:infra/apps/dev')
        boolean wasFrozen = false
        Closure looks = {
            wasFrozen = repository.hasFreezeOf('dev')
            'qa'
        }
        assert run('pipelines/release/Jenkinsfile', [REASON: 'QA of 2.4'], [looks, 'ana']) == null
        assert wasFrozen
        assert repository.payments('prod') == '1.8.2'
        assert !repository.hasFreezeOf('dev')
        assert repository.git('rev-parse', 'main:infra/apps/dev') == dev
        assert jenkins.inputs*.submitter == ['qa', 'gitops-approvers']
    }

    @Test
    void aReleaseThatQaRefusesLeavesDevAsItWas() {
        String before = repository.git('rev-parse', 'main^{tree}')
        assert run('pipelines/release/Jenkinsfile', [REASON: 'QA of 2.4'], ['abort']) != null
        assert jenkins.currentBuild.result == 'ABORTED'
        assert repository.git('rev-parse', 'main^{tree}') == before
    }

    @Test
    void expiredFreezesAreEndedAndOthersAreNot() {
        succeeds([VERB: 'freeze', ENVIRONMENT: 'dev', REASON: 'QA', UNTIL: '2099-01-01', MERGE: true])
        assert run('pipelines/resume-expired/Jenkinsfile', [:], []) == null
        assert repository.hasFreezeOf('dev')
        repository.commit('.gitops/freezes/dev.yaml', '2099-01-01', '2026-01-01')
        assert run('pipelines/resume-expired/Jenkinsfile', [:], []) == null
        assert !repository.hasFreezeOf('dev')
    }

    @Test
    void whatIsCheckedOutIsLinted() {
        start()
        File clone = new File(jenkins.home, 'clone')
        Repository.run(jenkins.home, ['git', 'clone', '--quiet', repository.bare.path, clone.path])
        // a checkout here is made of links, which are no manifests
        String text = new File(Jenkins.LIBRARY, 'pipelines/lint/Jenkinsfile').text.replace("repo: '.'", "repo: '${clone}'")
        assert jenkins.build(text, [:]) == null
        assert jenkins.currentBuild.result == 'SUCCESS'
        assert jenkins.currentBuild.description == 'Nothing was found'
        File application = new File(clone, 'infra/apps/dev/payments/application.yaml')
        application.text = application.text.replace('.update-strategy: ', '.update-stratgy: ')
        assert jenkins.build(text, [:]) == null
        assert jenkins.currentBuild.result == 'UNSTABLE'
        assert jenkins.currentBuild.description ==~ /\d+ of \d+ findings are errors/
    }

    @Test
    void theScriptOfTheOtherExamplePromotes() {
        String folder = System.getenv('NODE_SCRIPT')
        org.junit.Assume.assumeTrue('NODE_SCRIPT names no folder with the installed example', folder != null)
        start()
        jenkins.sources = new File(folder)
        String text = new File(Jenkins.LIBRARY, '../node-script/Jenkinsfile').text
        assert jenkins.build(text, [REPOSITORY: repository.bare.path]) == null
        assert repository.payments('prod', 'gitops/promote/dev/prod') == '1.8.2'
        assert jenkins.build(text, [REPOSITORY: repository.bare.path, TO: 'prd']).message.contains('exit code 3')
        assert jenkins.shells.size() == 2
    }
}
