import com.lesfurets.jenkins.unit.BasePipelineTest
import com.lesfurets.jenkins.unit.cps.PipelineTestHelperCPS
import com.lesfurets.jenkins.unit.global.lib.LibraryConfiguration
import com.lesfurets.jenkins.unit.global.lib.SourceRetriever

import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.PathMatcher
import java.nio.file.Paths

/**
 * A Jenkins for tests: it loads the shared library as Jenkins does, and its steps are real where they can be. `sh` runs
 * a shell, each `node` has a workspace of its own, `stash` carries files between them. Steps and arguments that Jenkins
 * does not have are refused.
 */
class Jenkins extends BasePipelineTest {
    static final File LIBRARY = new File(System.getProperty('user.dir'), '..').canonicalFile

    final File home = File.createTempDir('gitops-jenkins-', '')
    /** What the log shows. */
    final List<String> log = []
    /** What `sh` was given, with the credentials that were bound then. */
    final List<Map> shells = []
    final List<Map> inputs = []
    final List<String> locked = []
    final List<Map> timeouts = []
    final Map<String, String> variables = [:]
    /** Secrets by the id of their credential. */
    final Map<String, Object> credentials = [:]
    /** What people answer to `input`, one after the other: a name, or `abort`; a closure tells it when it is asked. */
    final List answers = []
    /** What a checkout puts into a workspace; null: nothing. */
    File sources = null
    /** Replaces `sh` where a test says what a program would answer. */
    Closure shell = null
    boolean unix = true

    Map currentBuild = [result: null, description: null]
    Map params = [:]

    private final Map<String, String> global = [:]
    private final List<Map> scopes = []
    private final Map<String, File> stashes = [:]
    private final File archive = new File(home, 'archive')
    private File workspace = null

    Jenkins(boolean asContinuations = false) {
        if (asContinuations) {
            helper = new PipelineTestHelperCPS()
        }
        global.PATH = System.getenv('PATH')
        global.HOME = home.path
        global.GIT_CONFIG_NOSYSTEM = '1'
        baseScriptRoot = home.path
        scriptRoots = [home.path] as String[]
        scriptExtension = 'groovy'
        setUp()
        SourceRetriever here = { name, version, target -> [LIBRARY.toURI().toURL()] } as SourceRetriever
        helper.registerSharedLibrary(LibraryConfiguration.library('gitops').retriever(here).targetPath(home.path)
            .defaultVersion('1').build())
        binding.setVariable('currentBuild', currentBuild)
        binding.setVariable('env', variables)
        Steps.register(this)
    }

    /** Runs the text of a pipeline as a build. Gives what ended it; null where nothing did. */
    Throwable build(String text, Map given = [:]) {
        params = given.asImmutable()
        binding.setVariable('params', params)
        String name = "Build${System.nanoTime()}"
        new File(home, "${name}.groovy").text = text
        try {
            runScript("${name}.groovy")
            currentBuild.result = currentBuild.result ?: 'SUCCESS'
            return null
        } catch (Stop stop) {
            currentBuild.result = stop.result
            log << stop.message
            return stop
        } finally {
            assert scopes.isEmpty() && workspace == null
        }
    }

    /** The text of one of the pipelines beside the library, for a repository of one's own. */
    static String pipeline(String path, String repository) {
        String text = new File(LIBRARY, path).text
        assert text.contains('https://github.com/acme/gitops')
        text.replace('https://github.com/acme/gitops', repository)
    }

    Object onNode(Closure work) {
        File before = workspace
        workspace = new File(home, "workspace-${System.nanoTime()}")
        workspace.mkdirs()
        sources?.eachFile { Files.createSymbolicLink(new File(workspace, it.name).toPath(), it.toPath()) }
        try {
            return work()
        } finally {
            workspace = before
        }
    }

    Object within(Map more, Closure work) {
        scopes << more
        try {
            return work()
        } finally {
            scopes.pop()
        }
    }

    File here(String step) {
        if (workspace == null) {
            throw new Stop('FAILURE', "Required context class hudson.FilePath is missing: ${step} is not within a node")
        }
        workspace
    }

    void say(String line) {
        secrets().each { secret ->
            assert !line.contains(secret): 'Jenkins masks what it can; nothing may rely on that'
        }
        log << line
    }

    Object sh(Map asked) {
        File folder = here('sh')
        Map env = environment()
        shells << [script: asked.script, env: env, label: asked.label]
        if (shell != null) {
            return shell(asked)
        }
        File script = new File(home, "script-${shells.size()}.sh")
        script.text = asked.script
        File errors = new File(home, 'stderr')
        ProcessBuilder builder = new ProcessBuilder('/bin/sh', '-xe', script.path).directory(folder)
        builder.environment().clear()
        builder.environment().putAll(env)
        Process process = builder.redirectError(errors).start()
        process.outputStream.close()
        String out = process.inputStream.getText('UTF-8')
        int status = process.waitFor()
        say(errors.getText('UTF-8'))
        if (asked.returnStdout != true) {
            say(out)
        }
        if (asked.returnStatus == true) {
            return status
        }
        if (status != 0) {
            throw new Stop('FAILURE', "script returned exit code ${status}")
        }
        asked.returnStdout == true ? out : null
    }

    void stash(Map asked) {
        File place = new File(home, "stash-${asked.name}")
        stashes[asked.name] = place
        assert copyFiles(asked.includes, here('stash'), place) > 0: "No files included in stash ${asked.name}"
    }

    void unstash(String name) {
        assert stashes[name] != null: "No such saved stash ${name}"
        copyFiles('*', stashes[name], here('unstash'))
    }

    void archive(Map asked) {
        assert copyFiles(asked.artifacts, here('archiveArtifacts'), archive) > 0: "No artifacts found: ${asked.artifacts}"
    }

    File archived(String name) {
        new File(archive, name)
    }

    private Map environment() {
        Map env = [:] + global + params.collectEntries { key, value -> [key, value.toString()] } + variables
        scopes.each { env.putAll(it) }
        env.findAll { key, value -> value != null }
    }

    private List<String> secrets() {
        credentials.values().collectMany { it instanceof Map ? [it.password] : [it.toString()] }
    }

    private static int copyFiles(String pattern, File from, File to) {
        to.mkdirs()
        PathMatcher matcher = FileSystems.default.getPathMatcher("glob:${pattern}")
        List<File> files = from.listFiles().findAll { it.isFile() && matcher.matches(Paths.get(it.name)) }
        files.each { new File(to, it.name).bytes = it.bytes }
        files.size()
    }
}

/** What ends a build: `error`, a program that failed, somebody who said no. */
class Stop extends RuntimeException {
    final String result

    Stop(String result, String message) {
        super(message)
        this.result = result
    }
}
