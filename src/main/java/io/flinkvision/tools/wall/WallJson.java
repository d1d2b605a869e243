package io.flinkvision.tools.wall;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.image.RegionBox;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The messages of the server as JSON. Times are in milliseconds since 1970-01-01T00:00Z. */
final class WallJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private WallJson() {}

    /**
     * A message of the event stream.
     *
     * @param maxRegions of each camera
     * @param comparison of the model and its shadow, if there is one
     * @param live whether all parts of the wall are running
     */
    static String message(Cameras.Changes changes, int maxRegions, List<CameraEvents.View> events,
            Traffic.Figures figures, long deadLetters, List<String> problems, Optional<ObjectNode> comparison,
            boolean live, long startedAt, long now) {
        ObjectNode message = JSON.objectNode()
                .put("now", now)
                .put("startedAt", startedAt)
                .put("live", live)
                .put("whole", changes.whole())
                .put("cameraCount", changes.count())
                .put("deadLetters", deadLetters)
                .put("labelled", figures.labelled())
                .put("malformed", figures.malformed())
                .put("rate", figures.rate());
        ArrayNode sentences = message.putArray("problems");
        problems.forEach(sentences::add);
        ObjectNode latency = message.putObject("latencyMillis");
        put(latency, "captureMedian", figures.captureMedian());
        put(latency, "captureP95", figures.captureP95());
        put(latency, "workMedian", figures.workMedian());
        put(latency, "workP95", figures.workP95());
        comparison.ifPresent(node -> message.set("comparison", node));
        ArrayNode cameras = message.putArray("cameras");
        changes.cameras().forEach(camera -> cameras.add(camera(camera, maxRegions, changes.whole())));
        ArrayNode gone = message.putArray("gone");
        changes.gone().forEach(gone::add);
        ArrayNode happened = message.putArray("events");
        events.forEach(event -> happened.add(event(event)));
        return message.toString();
    }

    private static void put(ObjectNode target, String name, OptionalDouble value) {
        value.ifPresent(number -> target.put(name, number));
    }

    private static ObjectNode event(CameraEvents.View event) {
        ObjectNode node = JSON.objectNode()
                .put("number", event.number())
                .put("camera", event.camera())
                .put("name", event.name())
                .put("type", event.type())
                .put("at", event.at());
        event.region().ifPresent(region -> node.put("region", region));
        event.label().ifPresent(label -> node.put("label", label));
        event.previous().ifPresent(label -> node.put("previous", label));
        event.durationMillis().ifPresent(duration -> node.put("duration", duration));
        return node;
    }

    private static ObjectNode camera(Camera.View camera, int maxRegions, boolean withMinute) {
        ObjectNode node = JSON.objectNode()
                .put("id", camera.id())
                .put("name", camera.name())
                .put("at", camera.at())
                .put("rate", camera.rate())
                .put("picture", camera.pictureVersion())
                .put("width", camera.latest().width())
                .put("height", camera.latest().height())
                .put("format", camera.latest().format())
                .put("model", camera.latest().model())
                .put("offset", camera.latest().offset());
        if (camera.latest().picture().nowhere()) {
            node.put("unpictured", true);
        }
        ArrayNode labels = node.putArray("labels");
        camera.labels().forEach(label -> labels.addArray().add(label.label()).add(label.score()));
        camera.state().ifPresent(state -> node.set("state", state(state)));
        if (!camera.regionStates().isEmpty()) {
            ArrayNode states = node.putArray("regionStates");
            camera.regionStates().stream().limit(maxRegions).forEach(state ->
                    states.add(state(state).put("name", state.region())));
        }
        node.put("regionCount", camera.regions().size());
        ArrayNode regions = node.putArray("regions");
        camera.regions().stream().limit(maxRegions).forEach(region -> regions.add(region(region)));
        if (withMinute) {
            putMinute(node.putObject("minute"), camera.minute());
        }
        return node;
    }

    private static ObjectNode state(CameraStates.View state) {
        ObjectNode node = JSON.objectNode().put("online", state.online()).put("since", state.since());
        state.label().ifPresent(label -> node.put("label", label));
        if (state.unknown()) {
            node.put("unknown", true);
        }
        if (!state.troubles().isEmpty()) {
            ArrayNode troubles = node.putArray("troubles");
            state.troubles().forEach(troubles::add);
        }
        return node;
    }

    private static ObjectNode region(CameraRegions.View region) {
        ObjectNode node = JSON.objectNode()
                .put("name", region.name())
                .put("label", region.label())
                .put("score", region.score())
                .put("at", region.at());
        RegionBox box = region.box();
        node.putArray("box")
                .add(rounded(box.x())).add(rounded(box.y())).add(rounded(box.width())).add(rounded(box.height()));
        region.head().ifPresent(head -> node.put("head", head));
        if (region.unknown()) {
            node.put("unknown", true);
        }
        if (region.small()) {
            node.put("small", true);
        }
        return node;
    }

    /** To a thousandth: less than half a pixel of a thumbnail. */
    private static double rounded(double fraction) {
        return Math.round(fraction * 1000) / 1000.0;
    }

    /** Each label once, and for each second the number of its label; -1 for none. */
    private static void putMinute(ObjectNode node, List<String> minute) {
        List<String> names = new ArrayList<>();
        ArrayNode seconds = JSON.arrayNode();
        for (String label : minute) {
            if (!label.isEmpty() && !names.contains(label)) {
                names.add(label);
            }
            seconds.add(names.indexOf(label));
        }
        ArrayNode labels = node.putArray("labels");
        names.forEach(labels::add);
        node.set("seconds", seconds);
    }

    /** A camera's time line, the newest entry first. */
    static String timeLine(List<Camera.Entry> entries) {
        ObjectNode root = JSON.objectNode().put("kept", Camera.TIME_LINE_LENGTH);
        ArrayNode records = root.putArray("records");
        for (Camera.Entry entry : entries) {
            ObjectNode node = records.addObject()
                    .put("at", entry.at())
                    .put("label", entry.label())
                    .put("score", entry.score())
                    .put("offset", entry.offset());
            entry.region().ifPresent(region -> node.put("region", region));
            if (entry.unknown()) {
                node.put("unknown", true);
            }
        }
        return root.toString();
    }

    /** The dead letters, the newest one first. */
    static String deadLetters(List<RecentDeadLetters.View> letters, long count) {
        ObjectNode root = JSON.objectNode().put("count", count).put("kept", RecentDeadLetters.MAX);
        ArrayNode nodes = root.putArray("deadLetters");
        for (RecentDeadLetters.View letter : letters) {
            ObjectNode node = nodes.addObject()
                    .put("number", letter.number())
                    .put("code", letter.code())
                    .put("message", letter.message())
                    .put("at", letter.at())
                    .put("picture", letter.picture().name().toLowerCase(Locale.ROOT));
            letter.key().ifPresent(key -> node.put("key", key));
            letter.source().ifPresent(source -> node.put("source", source));
        }
        return root.toString();
    }
}
