package io.flinkvision.tools.wall;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.tools.watch.Comparisons;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** How the model of a job and its shadow agree, for the page, while pictures are compared. Thread-safe. */
final class ShadowComparison {

    /** How far back the wall reads: a camera with few pictures has a record only now and then. */
    static final Duration HISTORY = Duration.ofHours(1);

    /** Time after the last comparison until the page shows it no more. */
    static final Duration SHOWN = Duration.ofMinutes(10);

    /** Those that agree least. */
    static final int MAX_CAMERAS = 50;

    static final int MAX_DISAGREEMENTS = 10;

    private static final int MAX_NAME_CHARACTERS = 200;
    private static final int MAX_LABEL_CHARACTERS = 100;
    private static final String WITHOUT_KEY = "(no key)";

    private final InstantSource clock;
    private final Comparisons comparisons = new Comparisons();
    private Instant last = Instant.MIN;

    /** Of what was added; empty until somebody asks. */
    private Optional<ObjectNode> json = Optional.empty();

    ShadowComparison(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void add(ModelComparison comparison) {
        comparisons.add(comparison);
        last = comparison.at().isAfter(last) ? comparison.at() : last;
        json = Optional.empty();
    }

    /** For the message of the event stream; empty if no picture was compared lately. */
    synchronized Optional<ObjectNode> json() {
        if (last.isBefore(clock.instant().minus(SHOWN))) {
            return Optional.empty();
        }
        if (json.isEmpty()) {
            json = comparisons.summary().map(ShadowComparison::node);
        }
        return json;
    }

    private static ObjectNode node(Comparisons.Summary summary) {
        ObjectNode node = counts(JsonNodeFactory.instance.objectNode(), summary.counts())
                .put("current", DisplayText.of(summary.models().current().name(), MAX_NAME_CHARACTERS))
                .put("candidate", DisplayText.of(summary.models().candidate().name(), MAX_NAME_CHARACTERS))
                .put("since", summary.since().toEpochMilli())
                .put("few", summary.isOfFew())
                .put("sameLabels", summary.models().haveSameLabels())
                .put("cameraCount", summary.cameras().size());
        if (summary.counts().compared() > 0) {
            Interval agreement = Interval.wilson(
                    (double) summary.counts().agreed() / summary.counts().compared(), summary.counts().compared());
            node.putObject("agreement").put("estimate", agreement.estimate()).put("low", agreement.low())
                    .put("high", agreement.high());
        }
        ArrayNode cameras = node.putArray("cameras");
        summary.cameras().stream().limit(MAX_CAMERAS).forEach(camera -> counts(cameras.addObject(), camera.counts())
                .put("name", DisplayText.of(camera.keyText().orElse(WITHOUT_KEY), MAX_NAME_CHARACTERS)));
        ArrayNode pairs = node.putArray("disagreements");
        for (Disagreement pair : summary.disagreements().stream().limit(MAX_DISAGREEMENTS).toList()) {
            pairs.addObject()
                    .put("current", DisplayText.of(pair.current(), MAX_LABEL_CHARACTERS))
                    .put("candidate", DisplayText.of(pair.candidate(), MAX_LABEL_CHARACTERS))
                    .put("count", pair.count());
        }
        return node;
    }

    private static ObjectNode counts(ObjectNode node, Counts counts) {
        return node.put("compared", counts.compared()).put("agreed", counts.agreed())
                .put("notComparable", counts.notComparable()).put("failed", counts.failed());
    }
}
