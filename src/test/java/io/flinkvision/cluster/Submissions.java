package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.pipeline.JobHarness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Jobs that come and go on one session cluster of one TaskManager, one after the other, and what each of them leaves in
 * the TaskManager's process.
 */
final class Submissions implements AutoCloseable {

    static final Path JOB_JAR = Path.of(System.getProperty("job.jar"));
    static final Path NATIVES_JAR = Path.of(System.getProperty("natives.jar"));
    static final Path ALL_JAR = Path.of(System.getProperty("all.jar"));

    private static final Pattern METASPACE = Pattern.compile("Both:.* committed, *([0-9]+)[0-9.]* KB .*used");
    private static final Pattern CLASS_LOADERS =
            Pattern.compile("([0-9]+) +[0-9]+ +org\\.apache\\.flink\\.util\\.ChildFirstClassLoader");

    private final KafkaProcess kafka;
    private final FlinkProcesses flink;
    private final ChildProcess taskManager;
    private final PictureFeed feed;
    private final ExpectedAnswers answers;
    private final Path jobFile;
    private final InProcessClient client = new InProcessClient();

    /**
     * What is in the TaskManager after a full garbage collection.
     *
     * @param classLoaders of jobs
     * @param metaspaceKilobytes used
     * @param openCv mapped copies of OpenCV's library
     * @param onnxRuntime mapped copies of ONNX Runtime's
     */
    record Remains(int classLoaders, long metaspaceKilobytes, int openCv, int onnxRuntime) {}

    Submissions(Path folder, List<Path> addedToLib) {
        kafka = new KafkaProcess(folder);
        kafka.createTopics(1, "images", "labels", "dead-letters");
        flink = FlinkProcesses.session(folder, addedToLib, Map.of());
        taskManager = flink.startTaskManager();
        feed = new PictureFeed(kafka.bootstrapServers(), "images", 1);
        answers = new ExpectedAnswers(kafka.bootstrapServers(), feed, "labels", "dead-letters");
        jobFile = folder.resolve("job.yaml");
        try {
            Files.writeString(jobFile, """
                    name: submission
                    checkpoint-interval: 1 s
                    source: {bootstrap-servers: "%s", topics: [images]}
                    model: {bundle: "%s"}
                    sink: {topic: labels}
                    dead-letters: {topic: dead-letters}
                    """.formatted(kafka.bootstrapServers(), JobHarness.JOB_FILE.toAbsolutePath()
                            .resolveSibling("../conf/models/triage").normalize()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The seconds that a job took to start.
     *
     * @param submitted until the client was done: reading the job file, asking the brokers, sending jar and model
     * @param labelled from there until the labels were on the output topic. Flink's answer that all tasks run may be
     *     three seconds old ({@code web.refresh-interval}), so the start of the tasks is not measured apart
     */
    record Start(double submitted, double labelled) {

        double all() {
            return submitted + labelled;
        }
    }

    /** Submits a job that finds two pictures on its topic, and cancels it when they are labelled. */
    Start start(Path jar) {
        feed.sendOne();
        feed.sendOne();
        long start = System.nanoTime();
        run(jar);
        long submitted = System.nanoTime();
        answers.awaitAnswers();
        long labelled = System.nanoTime();
        flink.cancel(currentJob());
        return new Start((submitted - start) / 1e9, (labelled - submitted) / 1e9);
    }

    /** Submits a job, has it label two pictures, and cancels it. */
    void submit(Path jar) {
        run(jar);
        String job = currentJob();
        flink.awaitRunning(job);
        feed.sendOne();
        feed.sendOne();
        answers.awaitAnswers();
        flink.cancel(job);
    }

    /**
     * Submits a job that cannot start, and cancels it.
     *
     * @return what Flink says of it
     */
    String submitInVain(Path jar) {
        run(jar);
        String job = currentJob();
        Waiting.until("the job fails", () -> exceptions(job).findValue("stacktrace") != null);
        String said = exceptions(job).toString();
        flink.cancel(job);
        return said;
    }

    private void run(Path jar) {
        client.run("run", "-d", "-p", "1", "-m", flink.address(), jar.toString(), jobFile.toString());
    }

    private JsonNode exceptions(String job) {
        return flink.get("/jobs/" + job + "/exceptions").get("exceptionHistory");
    }

    private String currentJob() {
        return flink.get("/jobs/overview").get("jobs").findParents("jid").stream()
                .filter(each -> !each.get("state").textValue().equals("CANCELED"))
                .map(each -> each.get("jid").textValue())
                .findFirst().orElseThrow();
    }

    /** What all of them have left, after a full garbage collection. */
    Remains remains() {
        // What the first frees is only unmapped after it.
        ProcessUse.jcmd(taskManager, "GC.run");
        String histogram = ProcessUse.jcmd(taskManager, "GC.class_histogram");
        Matcher classLoaders = CLASS_LOADERS.matcher(histogram);
        Matcher metaspace = METASPACE.matcher(ProcessUse.jcmd(taskManager, "VM.metaspace", "scale=KB"));
        assertThat(metaspace.find()).isTrue();
        return new Remains(classLoaders.find() ? Integer.parseInt(classLoaders.group(1)) : 0,
                Long.parseLong(metaspace.group(1)),
                mapped("libopencv_java").size(), mapped("libonnxruntime.so").size());
    }

    /** The files by that name, deleted ones too, that the TaskManager has mapped. */
    private Set<String> mapped(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(taskManager.pid()), "maps"))) {
            return lines.filter(line -> line.contains(name))
                    .map(line -> line.substring(line.indexOf('/')))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What lies in the processes' folder for temporary files, but for the folders of the JobManager's web interface and
     * of the crash guard, of which there is one each, however many jobs there are.
     */
    List<String> temporaryFiles() {
        try (Stream<Path> files = Files.list(flink.temporaryFiles())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("flink-web-"))
                    .filter(name -> !name.startsWith(NotesPlace.TemporaryFiles.PREFIX))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String taskManagerLog() {
        return taskManager.logText();
    }

    @Override
    public void close() {
        client.close();
        feed.close();
        answers.close();
        flink.close();
        kafka.close();
    }
}
