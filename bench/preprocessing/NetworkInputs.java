import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.OnnxRuntimeSession;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * flink-vision's side of {@code compare.py}, which starts it:
 *
 * <pre>
 * rule BUNDLE                        prints SIZE RESIZE LENGTH INTERPOLATION of the model's preprocessing
 * inputs BUNDLE RESAMPLER OUT FILE...  writes [files, size, size, 3] bytes, RGB; RESAMPLER is own, area or linear
 * logits BUNDLE IN OUT               reads such bytes, writes [files, classes] little-endian floats
 * </pre>
 */
final class NetworkInputs {

    private NetworkInputs() {}

    public static void main(String[] arguments) throws IOException {
        ModelBundle bundle = ModelBundle.read(Path.of(arguments[1]));
        switch (arguments[0]) {
            case "rule" -> printRule(bundle.preprocessing());
            case "inputs" -> writeInputs(bundle.preprocessing(), arguments[2], Path.of(arguments[3]),
                    Arrays.asList(arguments).subList(4, arguments.length).toArray(String[]::new));
            case "logits" -> writeLogits(bundle, Path.of(arguments[2]), Path.of(arguments[3]));
            default -> throw new IllegalArgumentException("rule, inputs or logits, not " + arguments[0]);
        }
    }

    private static void printRule(Preprocessing preprocessing) {
        int size = preprocessing.inputSize();
        String rule = preprocessing.resize() instanceof ResizeRule.ShorterSide shorterSide
                ? "shorter-side " + shorterSide.length()
                : preprocessing.resize() instanceof ResizeRule.Stretch ? "stretch " + size : "letterbox " + size;
        System.out.println(size + " " + rule + " " + preprocessing.interpolation());
    }

    private static void writeInputs(Preprocessing preprocessing, String resampler, Path out, String[] files)
            throws IOException {
        try (OutputStream stream = Files.newOutputStream(out);
                // As torchvision decodes.
                ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing, Reduction.NONE)) {
            for (String file : files) {
                byte[] bytes = Files.readAllBytes(Path.of(file));
                if (!(decoder.decode(bytes) instanceof DecodeOutcome.Decoded decoded)) {
                    throw new IOException(file + " cannot be decoded");
                }
                stream.write(resampler.equals("own")
                        ? decoded.input().samples()
                        : resizedByOpenCv(bytes, preprocessing, resampler));
            }
        }
    }

    /** What OpenCV's own filter makes of it: the whole resized, then the same crop. */
    private static byte[] resizedByOpenCv(byte[] bytes, Preprocessing preprocessing, String filter) {
        int size = preprocessing.inputSize();
        Mat picture = Imgcodecs.imdecode(new MatOfByte(bytes), Imgcodecs.IMREAD_COLOR);
        Imgproc.cvtColor(picture, picture, Imgproc.COLOR_BGR2RGB);
        int shorter = Math.min(picture.cols(), picture.rows());
        Size whole = preprocessing.resize() instanceof ResizeRule.ShorterSide rule
                ? new Size(rule.length() * picture.cols() / shorter, rule.length() * picture.rows() / shorter)
                : new Size(size, size);
        Mat resized = new Mat();
        Imgproc.resize(picture, resized, whole, 0, 0,
                filter.equals("area") ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR);
        int left = (int) Math.rint((resized.cols() - size) / 2.0);
        int top = (int) Math.rint((resized.rows() - size) / 2.0);
        Mat crop = resized.submat(new Rect(left, top, size, size)).clone();
        byte[] samples = new byte[size * size * 3];
        crop.get(0, 0, samples);
        picture.release();
        resized.release();
        crop.release();
        return samples;
    }

    private static void writeLogits(ModelBundle bundle, Path in, Path out) throws IOException {
        Preprocessing preprocessing = bundle.preprocessing();
        int size = preprocessing.inputSize();
        int classes = bundle.labels().size();
        int pixels = size * size;
        byte[] inputs = Files.readAllBytes(in);
        float[] planes = new float[3 * pixels];
        float[] logits = new float[classes];
        try (OutputStream stream = Files.newOutputStream(out);
                OnnxRuntimeSession session = OnnxRuntimeSession.load(bundle.onnx(), size, classes)) {
            for (int picture = 0; picture < inputs.length; picture += 3 * pixels) {
                for (int i = 0; i < planes.length; i++) {
                    int colour = i / pixels;
                    int channel = preprocessing.channelOrder() == ChannelOrder.RGB ? colour : 2 - colour;
                    double sample = (inputs[picture + i % pixels * 3 + channel] & 0xff) / 255.0;
                    planes[i] = (float) ((sample - preprocessing.mean().get(colour))
                            / preprocessing.standardDeviation().get(colour));
                }
                session.input().put(0, planes);
                session.run();
                session.output().get(0, logits);
                ByteBuffer bytes = ByteBuffer.allocate(classes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(logits);
                stream.write(bytes.array());
            }
        }
    }
}
