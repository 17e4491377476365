/**
 * Runs a declarative pipeline in the order that Jenkins documents: `when`, options, agent, environment, steps. Only what
 * the syntax has is there; a directive that is misspelt, or stands where it may not, is a missing method.
 */
class Declarative {
    private final Jenkins jenkins

    Declarative(Jenkins jenkins) {
        this.jenkins = jenkins
    }

    void run(Closure body) {
        Pipeline pipeline = Block.read(new Pipeline(), body)
        pipeline.mustHave(['agent', 'stages'])
        Map defaults = pipeline.parameterDefaults()
        Map unknown = jenkins.params.findAll { key, value -> !defaults.containsKey(key) }
        assert unknown.isEmpty(): "The pipeline has no parameters ${unknown.keySet()}"
        jenkins.params = (defaults + jenkins.params).asImmutable()
        jenkins.binding.setVariable('params', jenkins.params)
        Stages stages = Block.read(new Stages(), pipeline.parts.stages)
        wrapped(pipeline) { stages.all.each { name, work -> runStage(name, work) } }
    }

    private void runStage(String name, Closure body) {
        Stage stage = Block.read(new Stage(), body)
        stage.mustHave(['steps'])
        When when = stage.parts.when == null ? null : Block.read(new When(), stage.parts.when)
        if (when != null && !when.holds(jenkins)) {
            jenkins.say("Stage \"${name}\" skipped due to when conditional")
            return
        }
        wrapped(stage) { jenkins.helper.callClosure(Block.ofScript(stage.parts.steps)) }
    }

    private void wrapped(Directives directives, Closure work) {
        Map parts = directives.parts
        Options options = parts.options == null ? new Options() : Block.read(new Options(), parts.options)
        Map own = parts.environment == null ? [:] : Block.read(new Environment(), parts.environment).values
        Closure inside = { jenkins.within(own) { work() } }
        Closure onAgent = directives.agent() in [null, 'none'] ? inside : { jenkins.onNode(inside) }
        options.timeouts.each { jenkins.timeouts << it }
        if (options.locks.isEmpty()) {
            onAgent()
        } else {
            Steps.lock(jenkins, options.locks[0], onAgent)
        }
    }
}

/** A block that holds nothing but directives. */
abstract class Block {
    static Object read(Object block, Closure body) {
        Closure own = body.clone()
        own.delegate = block
        own.resolveStrategy = Closure.DELEGATE_ONLY
        own.call()
        block
    }

    /** A block of steps, which sees the steps and variables of the script and none of the directives around it. */
    static Closure ofScript(Closure body) {
        def script = body.thisObject
        body.rehydrate(script, script, script)
    }
}

/** What `agent` takes: `any`, `none`, or a block. */
class Agent {
    String text = null

    void label(String label) {
        text = label
    }
}

abstract class Directives {
    final Map parts = [:]
    static final String any = 'any'
    static final String none = 'none'

    protected void keep(String name, Object what) {
        assert !parts.containsKey(name): "${name} stands twice"
        parts[name] = what
    }

    void mustHave(List names) {
        List missing = names.findAll { parts[it] == null }
        assert missing.isEmpty(): "missing: ${missing.join(', ')}"
    }

    String agent() {
        parts.agent
    }

    void agent(String kind) {
        keep('agent', kind)
    }

    void agent(Closure body) {
        Agent agent = Block.read(new Agent(), body)
        assert agent.text != null
        keep('agent', agent.text)
    }

    void options(Closure body) {
        keep('options', body)
    }

    void environment(Closure body) {
        keep('environment', body)
    }
}

class Pipeline extends Directives {
    void parameters(Closure body) {
        keep('parameters', body)
    }

    void triggers(Closure body) {
        keep('triggers', body)
        Block.read(new Triggers(), body)
    }

    void stages(Closure body) {
        keep('stages', body)
    }

    Map parameterDefaults() {
        parts.parameters == null ? [:] : Block.read(new Parameters(), parts.parameters).defaults
    }
}

class Stages {
    final Map<String, Closure> all = [:]

    void stage(String name, Closure body) {
        assert !all.containsKey(name)
        all[name] = body
    }
}

class Stage extends Directives {
    void when(Closure body) {
        keep('when', body)
    }

    void steps(Closure body) {
        keep('steps', body)
    }
}

class When {
    private final List<Closure> conditions = []

    void expression(Closure condition) {
        conditions << condition
    }

    void beforeAgent(boolean value) {
    }

    void beforeOptions(boolean value) {
    }

    boolean holds(Jenkins jenkins) {
        assert !conditions.isEmpty()
        conditions.every { jenkins.helper.callClosure(Block.ofScript(it)) }
    }
}

class Options {
    final List<Map> locks = []
    final List<Map> timeouts = []

    void timeout(Map given) {
        Steps.checkTimeout(given)
        timeouts << given
    }

    void lock(Map given) {
        locks << Steps.checked('lock', given, ['resource'])
    }

    void buildDiscarder(Map given) {
    }

    Map logRotator(Map given) {
        Steps.checked('logRotator', given)
    }

    void disableConcurrentBuilds() {
    }

    void skipDefaultCheckout() {
    }
}

class Parameters {
    final Map defaults = [:]

    void string(Map given) {
        defaults[Steps.checked('parameter', given, ['name']).name] = given.defaultValue ?: ''
    }

    void booleanParam(Map given) {
        defaults[Steps.checked('parameter', given, ['name']).name] = given.defaultValue ?: false
    }

    void choice(Map given) {
        defaults[Steps.checked('parameter', given, ['name', 'choices']).name] = given.choices[0]
    }
}

class Triggers {
    void cron(String spec) {
        assert spec.split(' ').length == 5
    }
}

class Environment {
    final Map values = [:]

    void setProperty(String name, Object value) {
        values[name] = value.toString()
    }
}
