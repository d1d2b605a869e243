package io.flinkvision.job.sql;

import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.core.inference.Label;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.types.Row;

/**
 * SQL's {@code CLASSIFY(picture)}: the most probable class of a picture, by the model that the query's settings name
 * ({@code flink-vision.model} among its job parameters or its cached files).
 *
 * <pre>
 * CREATE TEMPORARY SYSTEM FUNCTION CLASSIFY AS 'io.flinkvision.job.sql.Classify';
 * SELECT camera FROM images WHERE CLASSIFY(picture).label = 'food';
 * </pre>
 *
 * <p>A picture that gets no label never fails the query: its label and score are NULL, and {@code error_code} holds the
 * {@link io.flinkvision.core.image.ErrorCode}.
 */
public final class Classify extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private transient QueryModel model;

    /**
     * Loads the model.
     *
     * @throws IOException if no setting names it, or it cannot be read
     */
    @Override
    public void open(FunctionContext context) throws IOException {
        model = QueryModel.load(context, "CLASSIFY");
    }

    /**
     * Decodes and classifies a picture.
     *
     * @param picture a whole file: JPEG, PNG, WebP or BMP; {@code null} where SQL has NULL
     * @return label and score from 0 to 1, or error code and message; the other two are NULL
     */
    @DataTypeHint("ROW<label STRING, score FLOAT, error_code STRING, error_message STRING> NOT NULL")
    public Row eval(byte[] picture) {
        Outcome outcome = model.classify(Optional.ofNullable(picture), 1);
        if (outcome instanceof Failed failed) {
            return Row.of(null, null, failed.code().name(), failed.message());
        }
        Label best = ((Classified) outcome).labels().get(0);
        return Row.of(best.label(), best.score(), null, null);
    }

    /** The same picture gets the same label; but a model is loaded where the query runs, not where it is planned. */
    @Override
    public boolean supportsConstantFolding() {
        return false;
    }

    /** Releases the model; a second call does nothing. */
    @Override
    public void close() {
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
