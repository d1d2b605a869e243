package io.flinkvision.job.sql;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.sql.PictureAnswer.Answered;
import io.flinkvision.job.sql.PictureAnswer.Refused;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

/**
 * SQL's {@code CLASSIFY_TOP(picture, k)}: the {@code k} most probable classes of a picture, a row each, by the model
 * that the query's settings name ({@code flink-vision.model} among its job parameters or its cached files).
 *
 * <pre>
 * CREATE TEMPORARY SYSTEM FUNCTION CLASSIFY_TOP AS 'io.flinkvision.job.sql.ClassifyTop';
 * SELECT camera, place, label, score FROM images, LATERAL TABLE(CLASSIFY_TOP(picture, 3));
 * </pre>
 *
 * <p>A picture that gets no label never fails the query: it has one row, in which place, label and score are NULL, and
 * {@code error_code} holds the {@link io.flinkvision.core.image.ErrorCode}. So each picture has at least one row.
 */
@FunctionHint(output = @DataTypeHint(
        "ROW<place INT, label STRING, score FLOAT, error_code STRING, error_message STRING>"))
public final class ClassifyTop extends TableFunction<Row> {

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
        model = QueryModel.load(context, "CLASSIFY_TOP");
    }

    /**
     * Decodes and classifies a picture.
     *
     * @param picture a whole file: JPEG, PNG, WebP or BMP; {@code null} where SQL has NULL
     * @param k maximum number of classes, at least 1
     * @throws IllegalArgumentException if {@code k} is below 1: that is the query's mistake, not the picture's
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     */
    public void eval(byte[] picture, int k) throws InterruptedException {
        if (k < 1) {
            throw new IllegalArgumentException("CLASSIFY_TOP's number of labels must be at least 1, not " + k);
        }
        PictureAnswer answer = model.answer(Optional.ofNullable(picture), k);
        if (answer instanceof Refused refused) {
            collect(Row.of(null, null, null, refused.code().name(), refused.message()));
            return;
        }
        List<Label> labels = ((Answered) answer).picture().orElseThrow().labels();
        for (int i = 0; i < labels.size(); i++) {
            collect(Row.of(i + 1, labels.get(i).label(), labels.get(i).score(), null, null));
        }
    }

    /** The same picture gets the same labels; but a model is loaded where the query runs, not where it is planned. */
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
