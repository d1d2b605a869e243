package io.flinkvision.job.operator;

import io.flinkvision.core.image.PixelEncoder;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.job.record.CameraPicture;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator that sends the last labelled picture of each camera to a topic, now and then. Pixels are encoded, but only
 * those of a picture that is sent; files stay as they are. It has no state: after a restart each camera's next picture is
 * due. A picture that cannot be sent is counted, and the next one tried: pictures are for people, and the labels go on.
 */
public final class PicturesFunction extends ProcessFunction<AnsweredPicture, RawRecord> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(PicturesFunction.class);

    /** Cameras whose first picture that was not sent is in the log. */
    private static final int MAX_LOGGED = 100;

    private final PictureSettings settings;
    private final SerializableSupplier<Long> nanoTime;

    private transient PixelEncoder encoder;
    private transient SentPictures sent;
    private transient PictureMetrics metrics;
    private transient LogContext logContext;
    private transient Set<String> logged;

    public PicturesFunction(PictureSettings settings) {
        this(settings, System::nanoTime);
    }

    /** @param nanoTime a monotonic clock */
    PicturesFunction(PictureSettings settings, SerializableSupplier<Long> nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    @Override
    public void open(OpenContext context) {
        metrics = new PictureMetrics(getRuntimeContext().getMetricGroup());
        logContext = LogContext.open(getRuntimeContext(), "pictures");
        sent = new SentPictures(settings);
        logged = new TreeSet<>();
        encoder = new PixelEncoder(settings.quality());
    }

    @Override
    public void processElement(AnsweredPicture picture, Context context, Collector<RawRecord> out) {
        String camera = InOrder.camera(picture.source());
        long now = nanoTime.get();
        if (!sent.isDue(camera, picture.answer(), now)) {
            return;
        }
        sent.sent(camera, picture.answer(), now);
        Optional<RawRecord> record = encoded(picture).map(file -> CameraPicture.of(picture.answer(), file));
        if (record.isEmpty()) {
            omit(picture, camera, "there is no memory to encode it, or no JPEG can have its size");
        } else if (PictureSerializationSchema.bytes(record.get()) > settings.largestRecord()) {
            omit(picture, camera, "as a record it takes " + PictureSerializationSchema.bytes(record.get())
                    + " bytes, and the topic takes " + settings.largestRecord() + " (max.message.bytes); a smaller"
                    + " max-side of the camera or a lower pictures.quality helps, or a larger limit of the topic");
        } else {
            metrics.sent();
            out.collect(record.get());
        }
    }

    private Optional<byte[]> encoded(AnsweredPicture picture) {
        Classification answer = picture.answer();
        byte[] value = picture.source().value().orElseGet(() -> new byte[0]);
        Optional<RawFormat> pixels = RawFormat.named(answer.format());
        if (pixels.isEmpty()) {
            return Optional.of(value);
        }
        long start = System.nanoTime();
        Optional<byte[]> file = encoder.encode(new RawPicture(value, answer.width(), answer.height(), pixels.get()));
        metrics.encoded(System.nanoTime() - start);
        return file;
    }

    private void omit(AnsweredPicture picture, String camera, String reason) {
        metrics.omitted();
        if (logged.size() < MAX_LOGGED && logged.add(camera)) {
            logContext.asOperator(() -> LOG.warn("The picture {} is not sent to the topic of pictures: {}. Others of this"
                    + " camera that are not sent are only counted",
                    PrintableText.escaped(picture.answer().id()), reason));
        }
    }

    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
        }
    }
}
