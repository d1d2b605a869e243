package io.flinkvision.job.sql;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.job.sql.PictureAnswer.Answered;
import io.flinkvision.job.sql.PictureAnswer.Refused;
import io.flinkvision.job.sql.PictureAnswer.RegionAnswer;
import io.flinkvision.job.sql.PictureAnswer.ViewAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model in memory, which decodes and answers: a decoder and a network. Not thread-safe; each thread has its own. */
final class PictureModel implements AutoCloseable {

    private final Question question;
    private final List<View> views;
    private final List<String> regions;
    private final ViewNetwork network;
    private final ImageDecoder decoder;

    /**
     * Loads it.
     *
     * @param head what answers instead of the network's own classes
     * @throws io.flinkvision.core.weights.ModelException if the head was taught on another network, or the network
     *     cannot be cut for it
     * @throws InferenceException if ONNX Runtime refuses the network
     */
    PictureModel(ModelBundle bundle, Optional<Head> head, Question question, Set<ImageFormat> formats) {
        DecodeLimits defaults = DecodeLimits.DEFAULTS;
        this.question = question;
        this.views = question.views();
        this.regions = List.copyOf(question.regions().keySet());
        this.network = ViewNetwork.load(bundle, head, views.size());
        try {
            this.decoder = new ImageDecoder(new DecodeLimits(defaults.maxBytes(), defaults.maxPixels(),
                    defaults.maxSide(), formats, defaults.truncation()), bundle.preprocessing());
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /**
     * Decodes a picture and answers the question about it.
     *
     * @param picture a whole file of one of the allowed formats
     * @param topK maximum number of labels, at least 1
     * @throws IllegalStateException after {@link #close()}
     */
    PictureAnswer answer(byte[] picture, int topK) {
        DecodeOutcome outcome = decoder.decode(picture, views);
        if (outcome instanceof DecodeOutcome.Rejected rejected) {
            return new Refused(rejected.code(), rejected.message());
        }
        try {
            return answered(network.answer(((DecodeOutcome.Decoded) outcome).views(), topK));
        } catch (InferenceException e) {
            return new Refused(ErrorCode.CLASSIFICATION_FAILED, e.getMessage());
        }
    }

    private Answered answered(List<ViewAnswer> answers) {
        int first = question.isAboutPicture() ? 1 : 0;
        List<RegionAnswer> ofRegions = new ArrayList<>(regions.size());
        for (int i = 0; i < regions.size(); i++) {
            ofRegions.add(new RegionAnswer(regions.get(i), answers.get(first + i)));
        }
        return new Answered(first == 0 ? Optional.empty() : Optional.of(answers.get(0)), ofRegions);
    }

    /** Releases the network and the decoder; a second call does nothing. */
    @Override
    public void close() {
        try {
            decoder.close();
        } finally {
            network.close();
        }
    }
}
