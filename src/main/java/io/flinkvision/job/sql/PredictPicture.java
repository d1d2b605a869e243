package io.flinkvision.job.sql;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * {@code ML_PREDICT} of a model: a picture in, one row out, whatever becomes of the picture. Each parallel instance
 * owns a network, loaded when it opens and released when it closes.
 */
public final class PredictPicture extends PredictFunction {

    private static final long serialVersionUID = 1L;

    private static final String METRIC_LABEL = "model";

    private final ModelDeclaration declaration;

    private transient QueryModel model;
    private transient Function<PictureAnswer, RowData> rows;

    PredictPicture(ModelDeclaration declaration) {
        this.declaration = Objects.requireNonNull(declaration, "declaration");
    }

    /**
     * Loads the model.
     *
     * @throws IOException if it cannot be read
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    @Override
    public void open(FunctionContext context) throws IOException, InterruptedException {
        rows = ModelOutput.COLUMNS.in(declaration.output(), "");
        ModelSettings settings = declaration.settings();
        model = QueryModel.load(context, settings, context.getMetricGroup().addGroup(METRIC_LABEL, settings.name()));
    }

    @Override
    public Collection<RowData> predict(RowData input) {
        try {
            Optional<byte[]> picture = input.isNullAt(0) ? Optional.empty() : Optional.of(input.getBinary(0));
            return List.of(rows.apply(model.answer(picture, declaration.topK())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException("The task was cancelled before the picture was decoded", e);
        }
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
