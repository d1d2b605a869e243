package io.flinkvision.job.sql;

import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.inference.Label;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a model says of a picture: a value, not an exception, because a bad picture is a normal event. */
sealed interface PictureAnswer {

    /**
     * It was decoded and classified.
     *
     * @param picture the answer about the picture; empty if only regions were asked for
     * @param regions in the order of their names
     */
    record Answered(Optional<ViewAnswer> picture, List<RegionAnswer> regions) implements PictureAnswer {

        public Answered {
            Objects.requireNonNull(picture, "picture");
            regions = List.copyOf(regions);
        }
    }

    /**
     * It has no answer.
     *
     * @param code why
     * @param message the problem, for people
     */
    record Refused(ErrorCode code, String message) implements PictureAnswer {

        public Refused {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }
    }

    /** The answer about a region. */
    record RegionAnswer(String name, ViewAnswer answer) {

        public RegionAnswer {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(answer, "answer");
        }
    }

    /**
     * The answer about one view.
     *
     * @param labels the most probable labels, the first one first; at least one
     * @param head what the head says of it; empty without a head
     */
    record ViewAnswer(List<Label> labels, Optional<HeadAnswer> head) {

        public ViewAnswer {
            labels = List.copyOf(labels);
            Objects.requireNonNull(head, "head");
            if (labels.isEmpty()) {
                throw new IllegalArgumentException("A view has at least one label");
            }
        }

        static ViewAnswer of(HeadAnswer head) {
            return new ViewAnswer(head.labels(), Optional.of(head));
        }

        static ViewAnswer of(List<Label> classes) {
            return new ViewAnswer(classes, Optional.empty());
        }

        Label best() {
            return labels.get(0);
        }
    }
}
