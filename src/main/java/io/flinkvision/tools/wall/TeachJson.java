package io.flinkvision.tools.wall;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.tools.teach.Explanation;
import io.flinkvision.tools.teach.LabelCount;
import io.flinkvision.tools.teach.Proposal;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.teach.RegionTeacher.Result;
import io.flinkvision.tools.teach.RegionTeacher.Running;
import io.flinkvision.tools.teach.RegionTeacher.State;
import io.flinkvision.tools.teach.Reviews;
import io.flinkvision.tools.teach.StoredPicture;
import io.flinkvision.tools.teach.TeachingText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The answers to those who teach as JSON. Times are in milliseconds since 1970-01-01T00:00Z. */
final class TeachJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private TeachJson() {}

    static ObjectNode user(String name) {
        return JSON.objectNode().put("user", name);
    }

    static ArrayNode box(RegionBox box) {
        return JSON.arrayNode().add(box.x()).add(box.y()).add(box.width()).add(box.height());
    }

    static ObjectNode head(Head head) {
        HeadDescription description = head.description();
        ObjectNode node = JSON.objectNode()
                .put("name", description.name())
                .put("digest", head.digest())
                .put("taughtAt", description.taughtAt().toEpochMilli())
                .put("pictures", description.pictures());
        description.accuracy().ifPresent(accuracy -> node.put("accuracy", accuracy));
        node.set("labels", texts(description.labels()));
        return node;
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    /** The labels of a region; {@code needs} is empty where there is enough. */
    static ArrayNode counts(List<LabelCount> counts) {
        ArrayNode array = JSON.arrayNode();
        counts.forEach(count -> array.addObject()
                .put("label", count.label())
                .put("pictures", count.pictures())
                .put("different", count.different())
                .set("needs", texts(
                        count.needs().stream().filter(need -> !need.equals(LabelCount.ENOUGH)).toList())));
        return array;
    }

    /** @param earliest the time of the oldest frame that can still be read */
    static ObjectNode proposals(List<Proposal> proposals, Instant from, Instant until, Optional<Instant> earliest) {
        ObjectNode result = JSON.objectNode().put("from", from.toEpochMilli()).put("until", until.toEpochMilli());
        earliest.ifPresent(time -> result.put("earliest", time.toEpochMilli()));
        ArrayNode pictures = result.putArray("pictures");
        for (Proposal proposal : proposals) {
            ObjectNode node = pictures.addObject()
                    .put("id", proposal.frame().id())
                    .put("at", proposal.frame().capturedAt().toEpochMilli());
            proposal.answer().ifPresent(answer -> node.put("label", answer.label()).put("score", answer.score()));
            node.set("marks", texts(proposal.marks().stream().sorted()
                    .map(mark -> mark.name().toLowerCase(Locale.ROOT)).toList()));
        }
        return result;
    }

    static ObjectNode taught(List<StoredPicture> pictures) {
        ObjectNode result = JSON.objectNode();
        ArrayNode array = result.putArray("pictures");
        pictures.forEach(picture -> array.addObject().put("id", picture.id()).put("at", picture.at().toEpochMilli())
                .put("label", picture.label()));
        return result;
    }

    /**
     * The answer to a change of labels.
     *
     * @param ids of the pictures that were changed
     * @param missing those that could not be, since retention has deleted them
     */
    static ObjectNode labelled(
            List<LabelCount> counts, List<String> ids, List<String> missing, List<RegionFolder.Labels> undo) {
        ObjectNode result = JSON.objectNode();
        result.set("labels", counts(counts));
        result.set("ids", texts(ids));
        result.set("missing", texts(missing));
        ArrayNode steps = result.putArray("undo");
        undo.forEach(step -> steps.addObject().put("label", step.label()).set("ids", texts(step.ids())));
        return result;
    }

    static ObjectNode explanation(Explanation explanation) {
        ObjectNode result = JSON.objectNode()
                .put("label", explanation.label())
                .put("score", explanation.score())
                .put("distance", explanation.distance())
                .put("unknown", explanation.unknown());
        ArrayNode neighbours = result.putArray("neighbours");
        explanation.neighbours().forEach(neighbour -> neighbours.addObject()
                .put("id", neighbour.source())
                .put("label", neighbour.label())
                .put("distance", neighbour.distance()));
        ArrayNode heat = result.putArray("heat");
        for (float[] row : explanation.heat()) {
            ArrayNode cells = heat.addArray();
            for (float cell : row) {
                cells.add(Math.round(cell * 1000) / 1000.0);
            }
        }
        return result;
    }

    /**
     * How far the teaching of a region is.
     *
     * @param candidate the digest of a head that can be published
     * @param ids gives the id of a picture that a report names by its path
     */
    static ObjectNode state(State state, Optional<String> candidate, UnaryOperator<String> ids) {
        ObjectNode result = JSON.objectNode();
        if (state instanceof State.Reading reading) {
            result.put("state", "reading").put("done", reading.done()).put("total", reading.total());
        } else if (state instanceof State.Learning) {
            result.put("state", "teaching");
        } else if (state instanceof State.Done done) {
            result.put("state", "done");
            put(done.result(), result, ids);
        } else if (state instanceof State.Failed failed) {
            result.put("state", "failed").put("message", failed.message());
        } else {
            result.put("state", "idle");
        }
        candidate.ifPresent(digest -> result.put("candidate", digest));
        return result;
    }

    private static void put(Result taught, ObjectNode result, UnaryOperator<String> ids) {
        ObjectNode report = new TeachingText(taught.taught()).json(Path.of(""));
        report.remove("file");
        for (String list : List.of("wrong", "suspects")) {
            report.path("measured").path(list).forEach(mistake ->
                    ((ObjectNode) mistake).put("id", ids.apply(mistake.path("file").asText())));
        }
        result.set("report", report);
        taught.running().ifPresent(running -> result.set("running", running(running)));
    }

    private static ObjectNode running(Running running) {
        ObjectNode node = JSON.objectNode()
                .put("count", running.trial().judged().size())
                .put("right", running.trial().right());
        running.taughtOn().ifPresent(count -> node.put("taughtOn", count));
        node.set("head", head(running.head()));
        return node;
    }

    static ObjectNode review(List<Reviews.Question> questions, List<Reviews.Measured> measured) {
        ObjectNode result = JSON.objectNode();
        ArrayNode pictures = result.putArray("pictures");
        questions.forEach(question -> pictures.addObject()
                .put("id", question.answer().id())
                .put("at", question.answer().at().toEpochMilli())
                .put("label", question.answer().label())
                .put("score", question.answer().score())
                .put("kind", text(question.kind())));
        ArrayNode weeks = result.putArray("measured");
        measured.forEach(it -> weeks.addObject()
                .put("week", it.week())
                .put("head", it.head())
                .put("kind", text(it.kind()))
                .put("right", it.right())
                .put("count", it.count())
                .put("low", it.precision().low())
                .put("high", it.precision().high()));
        return result;
    }

    private static String text(Reviews.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
