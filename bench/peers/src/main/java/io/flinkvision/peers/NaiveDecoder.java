package io.flinkvision.peers;

import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.peers.Peer.Threads;
import org.opencv.core.Core;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** Decodes and resizes as OpenCV's tutorials do: {@code imdecode}, {@code resize} with its default filter. */
final class NaiveDecoder {

    private final Preprocessing preprocessing;

    /** @throws IllegalArgumentException if the network wants its pictures in bars, which tutorials do not have */
    NaiveDecoder(Preprocessing preprocessing, Threads threads) {
        if (preprocessing.resize() instanceof ResizeRule.Letterbox) {
            throw new IllegalArgumentException("Only networks of a stretched or cropped picture are compared");
        }
        this.preprocessing = preprocessing;
        nu.pattern.OpenCV.loadLocally();
        if (threads == Threads.ONE) {
            Core.setNumThreads(1);
        }
    }

    /** Blue, green, red, of the network's size; the caller releases it. */
    Mat decode(byte[] picture) {
        MatOfByte encoded = new MatOfByte(picture);
        Mat decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_COLOR);
        encoded.release();
        if (decoded.empty()) {
            throw new IllegalArgumentException("OpenCV cannot decode the picture");
        }
        int size = preprocessing.inputSize();
        Mat resized = new Mat();
        if (preprocessing.resize() instanceof ResizeRule.ShorterSide shorter) {
            double scale = (double) shorter.length() / Math.min(decoded.cols(), decoded.rows());
            Size whole = new Size(Math.round(decoded.cols() * scale), Math.round(decoded.rows() * scale));
            Imgproc.resize(decoded, resized, whole);
            Mat centre = new Mat(resized,
                    new Rect((resized.cols() - size) / 2, (resized.rows() - size) / 2, size, size)).clone();
            resized.release();
            resized = centre;
        } else {
            Imgproc.resize(decoded, resized, new Size(size, size));
        }
        decoded.release();
        return resized;
    }
}
