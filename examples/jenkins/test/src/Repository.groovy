/** A bare repository with the bundled infra, dev one version ahead, and the command line to look at it. */
class Repository {
    static final File INFRA = new File(System.getProperty('user.dir'), '../../../infra').canonicalFile
    private static final Map IDENTITY = [
        GIT_AUTHOR_NAME: 'Jenkins', GIT_AUTHOR_EMAIL: 'jenkins@example.com',
        GIT_COMMITTER_NAME: 'Jenkins', GIT_COMMITTER_EMAIL: 'jenkins@example.com',
    ]

    final File bare

    Repository(File folder) {
        File work = new File(folder, 'work')
        bare = new File(folder, 'gitops.git')
        work.mkdirs()
        assert INFRA.isDirectory()
        git(work, 'init', '--quiet', '--initial-branch=main')
        run(work, ['cp', '-R', INFRA.path, new File(work, 'infra').path])
        File dev = new File(work, 'infra/apps/dev/payments/application.yaml')
        String text = dev.text
        assert text.contains('value: 1.7.0')
        dev.text = text.replace('value: 1.7.0', 'value: 1.8.2')
        git(work, 'add', '--all')
        git(work, 'commit', '--quiet', '--message', 'payments 1.8.2 in dev')
        git(work, 'clone', '--quiet', '--bare', '.', bare.path)
        git(bare, 'remote', 'remove', 'origin')
        git(bare, 'config', 'user.name', 'Jenkins')
        git(bare, 'config', 'user.email', 'jenkins@example.com')
    }

    String git(File folder = bare, String... args) {
        run(folder, ['git'] + (args as List))
    }

    String head() {
        git(bare, 'rev-parse', 'main').trim()
    }

    /** The version of payments that stands in a branch. */
    String payments(String environment, String branch = 'main') {
        String text = git(bare, 'show', "${branch}:infra/apps/${environment}/payments/application.yaml".toString())
        (text =~ /value: (\d+\.\d+\.\d+)/)[0][1]
    }

    boolean hasFreezeOf(String environment) {
        git(bare, 'ls-tree', '-r', '--name-only', 'main').contains(".gitops/freezes/${environment}.yaml")
    }

    /** What somebody else commits to main meanwhile. */
    void commit(String path, String from, String to) {
        File clone = File.createTempDir('clone-', '')
        git(clone, 'clone', '--quiet', bare.path, '.')
        File file = new File(clone, path)
        assert file.text.contains(from)
        file.text = file.text.replace(from, to)
        git(clone, 'commit', '--quiet', '--all', '--message', "${to} by hand".toString())
        git(clone, 'push', '--quiet', 'origin', 'main')
        clone.deleteDir()
    }

    static String run(File folder, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder).redirectErrorStream(true)
        builder.environment().putAll(IDENTITY + [GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null'])
        Process process = builder.start()
        process.outputStream.close()
        String out = process.inputStream.getText('UTF-8')
        assert process.waitFor() == 0: "${command}\n${out}"
        out
    }
}
