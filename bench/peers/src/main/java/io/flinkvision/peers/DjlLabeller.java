package io.flinkvision.peers;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.transform.CenterCrop;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.Resize;
import ai.djl.modality.cv.transform.ResizeShort;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.modality.cv.translator.ImageClassificationTranslator;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.peers.Peer.Threads;
import io.flinkvision.tools.bench.naive.PictureLabeller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * DJL's image classification as its documentation has it: criteria, an {@link ImageClassificationTranslator}, one
 * predictor a thread, pictures by OpenCV since DJL's extension for it is on the class path.
 */
final class DjlLabeller implements PictureLabeller {

    private final ZooModel<Image, Classifications> model;
    private final Predictor<Image, Classifications> predictor;

    private DjlLabeller(Criteria.Builder<Image, Classifications> criteria) throws Exception {
        model = criteria.build().loadModel();
        predictor = model.newPredictor();
    }

    /** Of a file that ends in {@code .onnx}. The picture's transforms are PyTorch's, by DJL's "hybrid engine". */
    static DjlLabeller onnxRuntime(Path file, Preprocessing preprocessing, List<String> labels, Threads threads)
            throws Exception {
        Criteria.Builder<Image, Classifications> criteria = criteria("OnnxRuntime", file, preprocessing, labels);
        if (threads == Threads.ONE) {
            criteria.optOption("interOpNumThreads", "1").optOption("intraOpNumThreads", "1");
            limitPyTorch();
        }
        return new DjlLabeller(criteria);
    }

    /** Of a TorchScript that ends in {@code .pt}. */
    static DjlLabeller pyTorch(Path file, Preprocessing preprocessing, List<String> labels, Threads threads)
            throws Exception {
        if (threads == Threads.ONE) {
            limitPyTorch();
        }
        return new DjlLabeller(criteria("PyTorch", file, preprocessing, labels));
    }

    /** DJL reads these when it loads PyTorch, once in a process. */
    private static void limitPyTorch() {
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }

    private static Criteria.Builder<Image, Classifications> criteria(
            String engine, Path file, Preprocessing preprocessing, List<String> labels) {
        return Criteria.builder()
                .setTypes(Image.class, Classifications.class)
                .optEngine(engine)
                .optModelPath(file)
                .optTranslator(translator(preprocessing, labels));
    }

    private static ImageClassificationTranslator translator(Preprocessing preprocessing, List<String> labels) {
        int size = preprocessing.inputSize();
        ImageClassificationTranslator.Builder builder = ImageClassificationTranslator.builder();
        if (preprocessing.resize() instanceof ResizeRule.ShorterSide shorter) {
            builder.addTransform(new ResizeShort(shorter.length())).addTransform(new CenterCrop(size, size));
        } else {
            builder.addTransform(new Resize(size, size));
        }
        return builder
                .addTransform(new ToTensor())
                .addTransform(new Normalize(
                        floats(preprocessing.mean()), floats(preprocessing.standardDeviation())))
                .optSynset(labels)
                .optApplySoftmax(true)
                .build();
    }

    private static float[] floats(List<Float> values) {
        return new float[] {values.get(0), values.get(1), values.get(2)};
    }

    @Override
    public String label(byte[] picture) throws IOException, TranslateException {
        Image image = ImageFactory.getInstance().fromInputStream(new ByteArrayInputStream(picture));
        return predictor.predict(image).<Classifications.Classification>best().getClassName();
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
