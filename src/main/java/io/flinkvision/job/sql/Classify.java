package io.flinkvision.job.sql;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.sql.PictureAnswer.Answered;
import io.flinkvision.job.sql.PictureAnswer.Refused;
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
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    @Override
    public void open(FunctionContext context) throws IOException, InterruptedException {
        model = QueryModel.load(context, "CLASSIFY");
    }

    /**
     * Decodes and classifies a picture.
     *
     * @param picture a whole file: JPEG, PNG, WebP or BMP; {@code null} where SQL has NULL
     * @return label and score from 0 to 1, or error code and message; the other two are NULL
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     */
    @DataTypeHint("ROW<label STRING, score FLOAT, error_code STRING, error_message STRING> NOT NULL")
    public Row eval(byte[] picture) throws InterruptedException {
        PictureAnswer answer = model.answer(Optional.ofNullable(picture), 1);
        if (answer instanceof Refused refused) {
            return Row.of(null, null, refused.code().name(), refused.message());
        }
        Label best = ((Answered) answer).picture().orElseThrow().best();
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
