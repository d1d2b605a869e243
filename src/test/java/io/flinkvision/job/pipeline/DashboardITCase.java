package io.flinkvision.job.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.flinkvision.RecordedLog;
import io.flinkvision.cluster.FreePorts;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.job.operator.PrometheusScrape.Sample;
import io.flinkvision.job.operator.PrometheusScrape;
import io.flinkvision.job.operator.VisionMetrics.Kind;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.tools.local.FlinkCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a running job shows to those who watch it: Flink's Prometheus reporter, set up by {@code conf/flink/}, is asked
 * for its metrics, and what the dashboard and the alerts refer to is looked for in the answer.
 */
class DashboardITCase {

    private static final String OPERATOR = "flink_taskmanager_job_task_operator_";
    private static final Path MEAL = JobHarness.PICTURES.resolve("meal_1.jpg");

    /** Prometheus' own metric of the alerts. */
    private static final Sample FIRING = new Sample("ALERTS", Map.of("alertstate", "firing"), 1);

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static String jobId;
    private static PrometheusScrape scrape;
    private static List<LogEvent> events;

    @BeforeAll
    static void runAJobAndAskForItsMetrics() {
        try (RecordedLog log = new RecordedLog("io.flinkvision", Level.INFO)) {
            runAJob(FreePorts.find(1).get(0));
            events = log.events();
        }
    }

    private static void runAJob(int port) {
        try (FlinkCluster cluster = FlinkCluster.start(2, reporting(port));
                JobHarness job = new JobHarness(KAFKA.broker(), () -> cluster, 2)) {
            JobClient client = job.submit("parallelism=2", "model.control-topic=" + job.models());
            jobId = client.getJobID().toString();
            Header captured = new RecordHeader(
                    "capture-time", Long.toString(System.currentTimeMillis() - 1_000).getBytes(UTF_8));
            for (int i = 0; i < 3; i++) {
                job.send(0, "gate-1", JobHarness.bytes(MEAL), captured);
                job.send(1, "gate_1", JobHarness.bytes(MEAL), captured);
                job.send(1, "gate_1", "no picture".getBytes(UTF_8));
            }
            job.labels(6);
            job.deadLetters(3);
            scrape = PrometheusScrape.of(port);
        }
    }

    /** The reporter's settings in {@code conf/flink/config.yaml}, with a free port. */
    private static Configuration reporting(int port) {
        Configuration settings = new Configuration();
        GlobalConfiguration.loadConfiguration("conf/flink").toMap().forEach((key, value) -> {
            if (key.startsWith("metrics.")) {
                settings.setString(key, value);
            }
        });
        settings.setString("metrics.reporter.prom.port", Integer.toString(port));
        return settings;
    }

    @Test
    void everyMetricThatIsDescribedIsThere() {
        assertThat(scrape.names()).containsAll(VisionMetrics.ALL.stream()
                .filter(metric -> !Collections.disjoint(
                        metric.operators(), List.of("decode", "classify", "model-gate")))
                .map(metric -> metric.prometheusName() + (metric.kind() == Kind.HISTOGRAM ? "_count" : ""))
                .toList());
    }

    @Test
    void theMetricsSayWhatHappened() {
        assertThat(sum("modelLoads")).isEqualTo(2);
        assertThat(sum("imagesClassified")).isEqualTo(6);
        assertThat(sum("imagesRejected")).isEqualTo(3);
        assertThat(sum("bytesIn")).isEqualTo(6 * JobHarness.bytes(MEAL).length + 3 * "no picture".length());
        assertThat(scrape.sum(OPERATOR + "code_deadLetters", "code", "UNKNOWN_FORMAT")).isEqualTo(3);
        assertThat(sum("queueingMillis_count")).isEqualTo(9);
        assertThat(sum("endToEndMillis_count")).isEqualTo(6);
        assertThat(scrape.named(OPERATOR + "endToEndMillis")).extracting(Sample::value)
                .allSatisfy(millis -> assertThat(millis).isBetween(1_000.0, 600_000.0));
        assertThat(scrape.named(OPERATOR + "camera_lastLabelAgeMillis"))
                .extracting(sample -> sample.labels().get("camera"))
                .containsExactlyInAnyOrder("gate-1", "gate_1");
    }

    @Test
    void theDashboardRefersOnlyToMetricsAndLabelsThatAreThere() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(Path.of("conf/grafana/dashboards/flink-vision.json").toFile());
        List<String> missing = new ArrayList<>();
        for (JsonNode target : dashboard.findParents("expr")) {
            PrometheusExpression expression = PrometheusExpression.parse(target.get("expr").textValue());
            missing.addAll(missing(expression, target.get("legendFormat").textValue(), "\\{\\{(\\w+)}}"));
        }
        JsonNode job = dashboard.at("/templating/list/1/query/query");
        Matcher values = Pattern.compile("label_values\\((\\w+), (\\w+)\\)").matcher(job.textValue());

        assertThat(missing).isEmpty();
        assertThat(dashboard.findParents("expr")).hasSizeGreaterThan(20);
        assertThat(values.matches()).isTrue();
        assertThat(scrape.named(values.group(1))).isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.labels()).containsKey(values.group(2)));
    }

    @Test
    void theAlertsReferOnlyToMetricsAndLabelsThatAreThere() throws IOException {
        JsonNode alerts = new ObjectMapper(new YAMLFactory()).readTree(Path.of("conf/prometheus/alerts.yml").toFile());
        List<String> missing = new ArrayList<>();
        for (JsonNode alert : alerts.findParents("expr")) {
            PrometheusExpression expression = PrometheusExpression.parse(alert.get("expr").textValue());
            missing.addAll(missing(expression, alert.get("annotations").toString(), "\\$labels\\.(\\w+)"));
        }

        assertThat(missing).isEmpty();
        assertThat(alerts.findValuesAsText("alert")).contains(
                "CameraSilent", "CameraGone", "ManyDeadLetters", "ConsumerLag", "HighLatency");
    }

    @Test
    void anExpressionWithAnErrorIsFound() {
        assertThat(missing("sum by (code) (rate(" + OPERATOR + "code_deadLetters[5m])) > 0.5e3")).isEmpty();
        assertThat(missing("sum(" + OPERATOR + "deadLetters)"))
                .containsExactly("no metric " + OPERATOR + "deadLetters");
        assertThat(missing("sum(modelLoads)")).containsExactly("no metric modelLoads");
        assertThat(missing("ratte(" + OPERATOR + "modelLoads[5m])")).containsExactly("no metric ratte");
        assertThat(missing("sum by (kamera) (" + OPERATOR + "modelLoads)")).hasSize(1);
        assertThat(missing(OPERATOR + "modelLoads{operator_name=\"Classify\"}")).hasSize(1);
        assertThat(missing(OPERATOR + "modelLoads{operators=~\"$job\"}")).hasSize(1);
    }

    @Test
    void theLogBeginsWithOneLineOfTheJobAndOneOfEachNetwork() {
        assertThat(messages("ClassifyPipeline")).singleElement().asString()
                .startsWith("Job classify: name=classify, parallelism=2, ")
                .contains("source.topics=[images-", "model triage (SHA-256 ", "flink-vision ", "Flink 2.2.1", "Java ");
        assertThat(messages("SubtaskClassifier")).hasSize(2).allSatisfy(line -> assertThat(line)
                .containsPattern("Subtask [12]/2 on \\S+ loaded the model triage"
                        + " \\(SHA-256 [0-9a-f]{64}\\) in [0-9]+ ms; up to 5 labels")
                .contains("flink-vision ", "Flink 2.2.1", "Java ", "OpenCV 4.9.0", "ONNX Runtime 1."));
    }

    @Test
    void nothingIsLoggedForEachRecordAndTheLinesSayWhereTheyComeFrom() {
        assertThat(messages("SubtaskDecoder")).hasSize(2);
        assertThat(messages("SubtaskDecoder").get(0)).contains("Dead letter images-", "-1-1: UNKNOWN_FORMAT: ");
        assertThat(messages("SubtaskDecoder").get(1)).contains("2 more of this code");
        assertThat(events("SubtaskDecoder")).allSatisfy(event -> assertThat(event.getContextData().toMap())
                .containsEntry("flink-job-id", jobId)
                .containsEntry("job", "classify")
                .containsEntry("operator", "decode")
                .hasEntrySatisfying("subtask", subtask -> assertThat(subtask).matches("[12]/2")));
    }

    /** What is missing of an expression, and of the labels that a text beside it refers to. */
    private static List<String> missing(PrometheusExpression expression, String text, String reference) {
        List<String> missing = new ArrayList<>(missing(expression.text()));
        Matcher matcher = Pattern.compile(reference).matcher(text);
        while (matcher.find()) {
            String label = matcher.group(1);
            boolean there = expression.groupings().isEmpty()
                    ? scrape.named(expression.selectors().get(0).metric())
                            .anyMatch(sample -> sample.labels().containsKey(label))
                    : expression.groupings().contains(label);
            if (!there) {
                missing.add(expression.text() + " gives no label " + label);
            }
        }
        return missing;
    }

    private static List<String> missing(String expression) {
        return PrometheusExpression.parse(expression).missingIn(new PrometheusScrape(
                Stream.concat(scrape.samples().stream(), Stream.of(FIRING)).toList()));
    }

    private static double sum(String name) {
        return scrape.named(OPERATOR + name).mapToDouble(Sample::value).sum();
    }

    private static List<String> messages(String logger) {
        return events(logger).stream().map(event -> event.getMessage().getFormattedMessage()).toList();
    }

    private static List<LogEvent> events(String logger) {
        return events.stream().filter(event -> event.getLoggerName().endsWith("." + logger)).toList();
    }
}
