package gitops

/** Runs the command line on the agent of a pipeline. */
class Gitops implements Serializable {
    private static final long serialVersionUID = 1L

    private static final Map MEANINGS = [
        1: 'A defect of gitops: please report it.',
        2: 'Called in a way that cannot work.',
        3: 'Refused: by a rule, or by what stands in the repository.',
        4: 'Not known or not allowed: check the credentials that are bound; "gitops doctor" says what they lack.',
        5: 'Somebody else was there first, or a wait took too long: run this build again.',
        6: 'The forge is unavailable or limits the rate: run this build again later.',
        126: 'The "gitops" on the PATH of this agent cannot be run: is it executable, and made for this system?',
        127: 'There is no "gitops" on the PATH of this agent: install it with npm, or put the executable there.',
    ]

    /** The script of a pipeline, which has the steps. */
    private final Object steps

    Gitops(Object steps) {
        this.steps = steps
    }

    /**
     * Runs one command. Writes to the log what it says, ends the build with what is wrong and what to do where it
     * fails, and marks it unstable where a merge still waits.
     *
     * @param step Name of the step, for messages.
     * @param command Such as `promote` or `plan promote`.
     * @param arguments Named arguments of the command.
     * @return What became of it, as plain data; see `Report.result`.
     */
    Map run(String step, String command, Map arguments) {
        Map built = CommandLine.build(step, command, arguments)
        if (built.problem != null) {
            steps.error(built.problem)
        }
        if (!steps.isUnix()) {
            steps.error("${step} needs an agent with a POSIX shell.".toString())
        }
        String output = steps.sh(
            label: "gitops ${command}".toString(),
            // one step for both, the answer and the exit code
            script: "status=0\n${built.line} || status=\$?\nprintf '\\n%s\\n' \"\$status\"\n".toString(),
            encoding: 'UTF-8',
            returnStdout: true,
        )
        Answer answer = Answer.parse(output)
        if (isFailure(answer)) {
            steps.error(explain(command, answer))
        }
        steps.echo(Report.describe(answer.document))
        if (answer.exitCode == 7) {
            String waits = Report.waitingFor(answer.document)
            steps.unstable("gitops ${command} waits for ${waits}. Run it again when that is there.".toString())
        }
        Report.result(answer.exitCode, answer.document)
    }

    /** Done, waiting (7) and differences found (10) are answers. */
    private boolean isFailure(Answer answer) {
        boolean isAnswer = answer.exitCode in [0, 7, 10]
        !isAnswer || answer.document == null || answer.document.error != null
    }

    private String explain(String command, Answer answer) {
        String meaning = MEANINGS[answer.exitCode] ?: 'It did not end by itself, or said nothing that can be read.'
        String what = answer.document?.error == null ? answer.text : Report.failure(answer.document.error)
        "gitops ${command} failed with exit code ${answer.exitCode}. ${meaning}\n${what}".toString().trim()
    }
}
