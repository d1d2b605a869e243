package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.core.inference.Label;
import java.util.stream.Collectors;

/** How {@code vision classify} says what became of a file. */
interface ClassifyReport {

    /** The line of a file, without its end. */
    String line(String file, Outcome outcome);

    /** Whether the line is data, or talk that belongs to standard error. */
    boolean isForStandardOutput(Outcome outcome);

    /**
     * A JSON object a line: <code>{"file", "labels": [{"label", "index", "score"}, ...]}</code> or
     * <code>{"file", "error": {"code", "message"}}</code>.
     */
    static ClassifyReport json() {
        return new Json();
    }

    /** A line for people, with the scores as percentages. */
    static ClassifyReport text() {
        return new Text();
    }

    /** See {@link #json()}. */
    final class Json implements ClassifyReport {

        @Override
        public String line(String file, Outcome outcome) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.put("file", file);
            if (outcome instanceof Classified classified) {
                ArrayNode labels = line.putArray("labels");
                for (Label label : classified.labels()) {
                    labels.addObject()
                            .put("label", label.label())
                            .put("index", label.index())
                            .put("score", label.score());
                }
            } else if (outcome instanceof Failed failed) {
                line.putObject("error").put("code", failed.code().name()).put("message", failed.message());
            }
            return line.toString();
        }

        /** A program wants an answer for each file in the one place where it reads. */
        @Override
        public boolean isForStandardOutput(Outcome outcome) {
            return true;
        }
    }

    /** See {@link #text()}. */
    final class Text implements ClassifyReport {

        @Override
        public String line(String file, Outcome outcome) {
            if (outcome instanceof Failed failed) {
                return file + ": " + failed.code() + ": " + failed.message();
            }
            return file + ": " + ((Classified) outcome).labels().stream()
                    .map(label -> LabelText.of(label.label(), label.score()))
                    .collect(Collectors.joining(", "));
        }

        @Override
        public boolean isForStandardOutput(Outcome outcome) {
            return outcome instanceof Classified;
        }
    }
}
