package io.flinkvision.peers;

import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.peers.Peer.Threads;
import io.flinkvision.tools.bench.naive.PictureLabeller;
import java.nio.file.Path;
import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.dnn.Dnn;
import org.opencv.dnn.Net;

/**
 * OpenCV's own inference, as its classification sample has it: {@code blobFromImage}, {@code setInput},
 * {@code forward}. Where the channels' standard deviations differ, which {@code blobFromImage} cannot take, the picture
 * is normalised before it.
 */
final class OpenCvDnnLabeller implements PictureLabeller {

    private final NaiveDecoder decoder;
    private final Net network;
    private final Preprocessing preprocessing;
    private final List<String> labels;

    OpenCvDnnLabeller(Path onnx, Preprocessing preprocessing, List<String> labels, Threads threads) {
        decoder = new NaiveDecoder(preprocessing, threads);
        network = Dnn.readNetFromONNX(onnx.toString());
        network.setPreferableBackend(Dnn.DNN_BACKEND_OPENCV);
        network.setPreferableTarget(Dnn.DNN_TARGET_CPU);
        this.preprocessing = preprocessing;
        this.labels = labels;
    }

    @Override
    public String label(byte[] picture) {
        Mat pixels = decoder.decode(picture);
        Mat blob = blob(pixels);
        network.setInput(blob);
        Mat scores = network.forward();
        String label = labels.get((int) Core.minMaxLoc(scores.reshape(1, 1)).maxLoc.x);
        scores.release();
        blob.release();
        pixels.release();
        return label;
    }

    private Mat blob(Mat pixels) {
        int side = preprocessing.inputSize();
        Size size = new Size(side, side);
        boolean swap = preprocessing.channelOrder() == ChannelOrder.RGB;
        List<Float> mean = preprocessing.mean();
        List<Float> deviation = preprocessing.standardDeviation();
        if (deviation.stream().distinct().count() == 1) {
            Scalar means = new Scalar(255 * mean.get(0), 255 * mean.get(1), 255 * mean.get(2));
            return Dnn.blobFromImage(pixels, 1 / (255 * deviation.get(0)), size, means, swap, false, CvType.CV_32F);
        }
        // In the order of the picture's channels, which is blue, green, red.
        int first = swap ? 2 : 0;
        int last = swap ? 0 : 2;
        pixels.convertTo(pixels, CvType.CV_32FC3, 1 / 255.0);
        Core.subtract(pixels, new Scalar(mean.get(first), mean.get(1), mean.get(last)), pixels);
        Core.divide(pixels, new Scalar(deviation.get(first), deviation.get(1), deviation.get(last)), pixels);
        return Dnn.blobFromImage(pixels, 1, size, new Scalar(0, 0, 0), swap, false, CvType.CV_32F);
    }

    /** A {@link Net} has no close; what it holds goes with the process. */
    @Override
    public void close() {}
}
