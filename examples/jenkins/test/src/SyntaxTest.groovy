import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.MultipleCompilationErrorsException
import org.codehaus.groovy.control.Phases
import org.junit.Test

/**
 * Every file is read by the Groovy of Jenkins. The linter, given several files of which one is no Groovy, reports that
 * one as free of faults.
 */
class SyntaxTest {
    @Test
    void everyFileIsGroovy() {
        List<File> files = [new File(Jenkins.LIBRARY, '../node-script/Jenkinsfile')]
        Jenkins.LIBRARY.eachFileRecurse { file ->
            if (file.isFile() && file.name ==~ /Jenkinsfile|.*\.groovy/) {
                files << file
            }
        }
        assert files.size() > 15
        List<String> faults = files.collect { faultOf(it) }.findAll { it != null }
        assert faults.isEmpty()
    }

    private static String faultOf(File file) {
        CompilationUnit unit = new CompilationUnit()
        unit.addSource(file)
        try {
            unit.compile(Phases.CONVERSION)
            return null
        } catch (MultipleCompilationErrorsException failure) {
            return "${file}: ${failure.message}"
        }
    }
}
