package io.flinkvision.stream;

import io.flinkvision.image.ErrorCode;
import io.flinkvision.inference.Device;
import io.flinkvision.model.ModelException;
import io.flinkvision.model.Preprocessing;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate operator, of one instance: a record of the control topic in, a change that every subtask is to make out,
 * once the chosen model has been fetched, loaded and tried here. Whatever is wrong with a choice, the job goes on with
 * the model that it has: the choice goes to the side output {@link DeadLetters#TAG}, and nobody else hears of it.
 *
 * <p>A record without a value chooses the model that the job was submitted with.
 */
public final class ModelGateFunction extends ProcessFunction<ImageRecord, ModelChange> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(ModelGateFunction.class);

    private final Preprocessing preprocessing;

    private transient Counter modelsAccepted;
    private transient Counter modelsRefused;

    /** @param preprocessing what the job's decode operator prepares pictures for */
    public ModelGateFunction(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    @Override
    public void open(OpenContext context) {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        modelsAccepted = metrics.counter(ModelMetrics.MODELS_ACCEPTED);
        modelsRefused = metrics.counter(ModelMetrics.MODELS_REFUSED);
    }

    @Override
    public void processElement(ImageRecord record, Context context, Collector<ModelChange> out) throws IOException {
        ModelChange change;
        try {
            change = tried(record);
        } catch (IOException | RuntimeException e) {
            // A task that is being cancelled was interrupted at its work, and has found nothing wrong.
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            modelsRefused.inc();
            String reason = Optional.ofNullable(e.getMessage()).orElse(e.toString());
            LOG.error("The model that record {} chooses is refused, and the job goes on with the one that it has: {}",
                    record.coordinates(), PrintableText.escaped(reason));
            context.output(DeadLetters.TAG,
                    new DeadLetter(record, ErrorCode.MODEL_REFUSED, reason, Instant.now()));
            return;
        }
        modelsAccepted.inc();
        LOG.info("Record {} changes the model to {}", record.coordinates(), change.choice()
                .map(choice -> PrintableText.escaped(choice.toString())).orElse("the one that the job was submitted with"));
        out.collect(change);
    }

    /**
     * The change that a record makes, whose model has been loaded once.
     *
     * @throws ModelException or another exception, if the record or its model is of no use
     */
    private ModelChange tried(ImageRecord record) throws IOException {
        ModelChange change = new ModelChange(record.value().map(ModelChoice::read));
        if (change.choice().isPresent()) {
            LoadedModel.chosen(change.choice().get(), preprocessing, new Device.Cpu()).close();
        }
        return change;
    }
}
