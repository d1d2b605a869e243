package io.flinkvision.job.sql;

import static io.flinkvision.job.sql.Columns.real;
import static io.flinkvision.job.sql.Columns.rows;
import static io.flinkvision.job.sql.Columns.text;
import static io.flinkvision.job.sql.Columns.truth;
import static io.flinkvision.job.sql.Columns.whole;

import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.sql.PictureAnswer.Answered;
import io.flinkvision.job.sql.PictureAnswer.Refused;
import io.flinkvision.job.sql.PictureAnswer.RegionAnswer;
import io.flinkvision.job.sql.PictureAnswer.ViewAnswer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What a model's OUTPUT may name. */
final class ModelOutput {

    static final String REGIONS = "regions";

    private static final String LABEL = "label";
    private static final String SCORE = "score";
    private static final String LABELS = "labels";
    private static final String UNKNOWN = "unknown";
    private static final String DISTANCE = "distance";

    /** Those that need an answer about the picture, beside its regions. */
    static final Set<String> OF_PICTURE = Set.of(LABEL, SCORE, LABELS, UNKNOWN, DISTANCE);

    /** Those that need a head. */
    static final Set<String> OF_HEAD = Set.of(UNKNOWN, DISTANCE);

    private static final Columns<Label> LABEL_COLUMNS = new Columns<>(List.of(
            text(LABEL, label -> Optional.of(label.label())),
            whole("index", label -> Optional.of(label.index())),
            real(SCORE, label -> Optional.of(label.score()))));

    private static final Columns<RegionAnswer> REGION_COLUMNS = new Columns<>(List.of(
            text("name", region -> Optional.of(region.name())),
            text(LABEL, region -> Optional.of(region.answer().best().label())),
            real(SCORE, region -> Optional.of(region.answer().best().score())),
            rows(LABELS, LABEL_COLUMNS, region -> Optional.of(region.answer().labels())),
            truth(UNKNOWN, region -> region.answer().head().map(HeadAnswer::unknown)),
            real(DISTANCE, region -> region.answer().head().map(HeadAnswer::distance))));

    static final Columns<PictureAnswer> COLUMNS = new Columns<>(List.of(
            text(LABEL, picture(view -> Optional.of(view.best().label()))),
            real(SCORE, picture(view -> Optional.of(view.best().score()))),
            rows(LABELS, LABEL_COLUMNS, picture(view -> Optional.of(view.labels()))),
            truth(UNKNOWN, picture(view -> view.head().map(HeadAnswer::unknown))),
            real(DISTANCE, picture(view -> view.head().map(HeadAnswer::distance))),
            rows(REGIONS, REGION_COLUMNS, ModelOutput::regions),
            text("error_code", answer -> refused(answer).map(refused -> refused.code().name())),
            text("error_message", answer -> refused(answer).map(Refused::message))));

    private ModelOutput() {}

    private static <V> Function<PictureAnswer, Optional<V>> picture(Function<ViewAnswer, Optional<V>> value) {
        return answer -> answer instanceof Answered answered ? answered.picture().flatMap(value) : Optional.empty();
    }

    private static Optional<List<RegionAnswer>> regions(PictureAnswer answer) {
        return answer instanceof Answered answered ? Optional.of(answered.regions()) : Optional.empty();
    }

    private static Optional<Refused> refused(PictureAnswer answer) {
        return answer instanceof Refused refused ? Optional.of(refused) : Optional.empty();
    }
}
