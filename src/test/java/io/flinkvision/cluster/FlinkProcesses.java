package io.flinkvision.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A Flink cluster of processes: Flink's own main classes with {@code conf/flink/}, on a class path with the jars of
 * {@code lib/} in Flink's distribution and those that a test adds. Only the test's folders, ports and settings override
 * the configuration, by {@code -D} options.
 */
public final class FlinkProcesses implements AutoCloseable {

    /** The Flink configuration that users get. */
    static final Path CONFIGURATION = Path.of("conf", "flink").toAbsolutePath();

    static final Path LOG_SETTINGS = Path.of("src/test/resources/cluster-log4j2.properties").toAbsolutePath();

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern SUBMITTED = Pattern.compile("Job has been submitted with JobID ([0-9a-f]{32})");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path temporaryFiles;
    private final List<Path> lib;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<ChildProcess> taskManagers = new ArrayList<>();
    private Runnable jobManagerStart = () -> {};
    private ChildProcess jobManager;

    private FlinkProcesses(Path folder, List<Path> addedToLib, Map<String, String> settings) {
        List<Integer> ports = FreePorts.find(2);
        this.temporaryFiles = folder.resolve("java-tmp");
        this.lib = Stream.concat(flinkLib().stream(), addedToLib.stream()).toList();
        this.settings.put("jobmanager.rpc.port", ports.get(0).toString());
        this.settings.put("rest.port", ports.get(1).toString());
        this.settings.put("rest.bind-port", ports.get(1).toString());
        this.settings.put("io.tmp.dirs", folder.resolve("tmp").toString());
        // The default is below /opt/flink, where the jar of an earlier run would replace this one.
        this.settings.put("user.artifacts.base-dir", folder.resolve("artifacts").toString());
        this.settings.put("execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
        this.settings.put("execution.checkpointing.savepoint-dir", folder.resolve("savepoints").toUri().toString());
        this.settings.putAll(settings);
        try {
            Files.createDirectories(temporaryFiles);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jars that Flink's distribution has in {@code lib/}. */
    static List<Path> flinkLib() {
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("flink.lib")))) {
            return jars.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the JobManager of a session cluster, without any TaskManager.
     *
     * @param folder for savepoints, checkpoints and Flink's temporary files
     * @param addedToLib jars in addition to Flink's own
     * @param settings that override those of {@code config.yaml}
     */
    public static FlinkProcesses session(Path folder, List<Path> addedToLib, Map<String, String> settings) {
        FlinkProcesses cluster = new FlinkProcesses(folder, addedToLib, settings);
        cluster.startJobManager(
                List.of("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"),
                Map.of(), List.of());
        return cluster;
    }

    /**
     * Starts the JobManager of an application cluster, which runs its one job.
     *
     * @param jar the job's
     * @param environment variables that the job file may refer to
     * @param arguments of the job's main class
     */
    public static FlinkProcesses application(Path folder, List<Path> addedToLib, Map<String, String> settings,
            Path jar, Map<String, String> environment, List<String> arguments) {
        FlinkProcesses cluster = new FlinkProcesses(folder, addedToLib, settings);
        // --jars takes all words up to the next option, so that the job's own arguments must not come right after it.
        cluster.startJobManager(List.of("org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
                "--jars", jar.toUri().toString()), environment, arguments);
        return cluster;
    }

    /** The {@code java.io.tmpdir} of the processes. */
    public Path temporaryFiles() {
        return temporaryFiles;
    }

    private void startJobManager(
            List<String> mainClass, Map<String, String> environment, List<String> arguments) {
        jobManagerStart = () -> launchJobManager(mainClass, environment, arguments);
        jobManagerStart.run();
    }

    /** Starts another JobManager on the ports of the first, which must have ended. */
    public void startJobManagerAgain() {
        jobManagerStart.run();
    }

    private void launchJobManager(
            List<String> mainClass, Map<String, String> environment, List<String> arguments) {
        List<String> options = new ArrayList<>(jvmOptions());
        options.addAll(words(JobManagerProcessUtils.generateJvmParametersStr(
                JobManagerProcessUtils.processSpecFromConfig(configuration()), configuration())));
        List<String> all = new ArrayList<>(mainClass);
        all.addAll(List.of("--configDir", CONFIGURATION.toString()));
        all.addAll(dynamicSettings());
        all.addAll(arguments);
        jobManager = ChildProcess.startJava("jobmanager", options, lib, environment, all);
        awaitWhileAlive(jobManager, "the JobManager answers", () -> answers("/overview"));
    }

    /** Starts another TaskManager and waits until the JobManager knows it. */
    public ChildProcess startTaskManager() {
        TaskExecutorProcessSpec size = TaskExecutorProcessUtils.processSpecFromConfig(configuration());
        List<String> options = new ArrayList<>(jvmOptions());
        options.addAll(configuredOptions(CoreOptions.FLINK_TM_JVM_OPTIONS));
        options.addAll(words(ProcessMemoryUtils.generateJvmParametersStr(size)));
        List<String> all = new ArrayList<>(List.of(
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", "--configDir", CONFIGURATION.toString()));
        all.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(size)));
        all.addAll(dynamicSettings());
        ChildProcess taskManager = ChildProcess.startJava("taskmanager", options, lib, Map.of(), all);
        taskManagers.add(taskManager);
        // The JobManager's count would not do: it has those that were killed until their heartbeats are missed.
        taskManager.awaitLog("Successful registration at resource manager");
        return taskManager;
    }

    private static void awaitWhileAlive(ChildProcess process, String what, BooleanSupplier condition) {
        Waiting.until(what, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(process + " has ended before " + what);
            }
            return condition.getAsBoolean();
        });
    }

    /** {@code config.yaml} with the test's settings, as Flink's scripts read it to size a process. */
    private Configuration configuration() {
        Configuration configuration = GlobalConfiguration.loadConfiguration(CONFIGURATION.toString());
        settings.forEach(configuration::setString);
        return configuration;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" +")).filter(word -> !word.isEmpty()).toList();
    }

    private List<String> dynamicSettings() {
        return settings.entrySet().stream()
                .flatMap(entry -> Stream.of("-D", entry.getKey() + "=" + entry.getValue()))
                .toList();
    }

    /** {@code env.java.opts.all}, and what only tests need: the log on standard output and a quick start. */
    private List<String> jvmOptions() {
        return Stream.concat(
                Stream.of("-Dlog4j2.configurationFile=" + LOG_SETTINGS, "-Djava.io.tmpdir=" + temporaryFiles,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + temporaryFiles.resolve("crash-%p.log"), "-XX:-CreateCoredumpOnCrash"),
                configuredOptions(CoreOptions.FLINK_JVM_OPTIONS).stream())
                .toList();
    }

    private List<String> configuredOptions(ConfigOption<String> option) {
        return words(configuration().get(option));
    }

    /** A command's exit code and output. */
    public record Answer(int code, String text) {

        /** The output; fails with it if the command has failed. */
        public String orFail() {
            if (code != 0) {
                throw new AssertionError("The command failed with code " + code + ":\n" + text);
            }
            return text;
        }
    }

    /**
     * {@code bin/flink}: Flink's command-line client, which talks to this cluster.
     *
     * @param environment variables that a job file may refer to
     * @param action such as {@code run} or {@code list}
     */
    public Answer flink(Map<String, String> environment, String action, String... arguments) {
        List<String> all = new ArrayList<>(List.of("org.apache.flink.client.cli.CliFrontend", action,
                "-m", address()));
        all.addAll(List.of(arguments));
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.put("FLINK_CONF_DIR", CONFIGURATION.toString());
        return run("flink-" + action, variables, all);
    }

    /**
     * {@code flink run -d}: submits a job, and waits until its tasks run.
     *
     * @param environment variables that the job file may refer to
     * @param arguments options, the jar, and the job's own arguments
     * @return the job's id
     */
    public String submit(Map<String, String> environment, int parallelism, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-d", "-p", Integer.toString(parallelism)));
        all.addAll(arguments);
        String said = flink(environment, "run", all.toArray(String[]::new)).orFail();
        Matcher matcher = SUBMITTED.matcher(said);
        if (!matcher.find()) {
            throw new AssertionError("No job in: " + said);
        }
        String job = matcher.group(1);
        awaitRunning(job);
        return job;
    }

    private Answer run(String name, Map<String, String> environment, List<String> arguments) {
        List<String> options = new ArrayList<>(jvmOptions());
        options.add("-Xmx256m");
        try (ChildProcess process = ChildProcess.startJava(name, options, lib, environment, arguments)) {
            return new Answer(process.awaitEnd(), process.logText());
        }
    }

    /** The JobManager's REST address, as for {@code flink -m}: {@code HOST:PORT}. */
    public String address() {
        return "localhost:" + settings.get("rest.port");
    }

    public ChildProcess jobManager() {
        return jobManager;
    }

    /** All TaskManagers in the order of their start. */
    public List<ChildProcess> taskManagers() {
        return List.copyOf(taskManagers);
    }

    /** The answer of Flink's REST interface. */
    public JsonNode get(String path) {
        return send("GET", path);
    }

    /** Cancels a job, as Flink's web interface does, and waits for its end. */
    public void cancel(String job) {
        send("PATCH", "/jobs/" + job + "?mode=cancel");
        awaitState(job, "CANCELED");
    }

    private JsonNode send(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Waiting.PATIENCE)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                throw new IOException("status " + answer.statusCode());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException("The JobManager does not answer " + path + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for the JobManager", e);
        }
    }

    private boolean answers(String path) {
        try {
            return get(path).isObject();
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Waits until all tasks of a job run. */
    public void awaitRunning(String job) {
        Waiting.until("all tasks of job " + job + " run", () -> {
            JsonNode details = get("/jobs/" + job);
            String state = details.get("state").textValue();
            if (state.equals("FAILED")) {
                throw new AssertionError("The job has failed: " + get("/jobs/" + job + "/exceptions"));
            }
            return state.equals("RUNNING") && details.get("vertices").findValuesAsText("status").stream()
                    .allMatch("RUNNING"::equals);
        });
    }

    /** Waits until a job is in a state, such as {@code CANCELED}. */
    public void awaitState(String job, String state) {
        Waiting.until("job " + job + " is " + state,
                () -> get("/jobs/" + job).get("state").textValue().equals(state));
    }

    /** Kills the processes that still run. */
    @Override
    public void close() {
        taskManagers.forEach(ChildProcess::close);
        jobManager.close();
    }
}
