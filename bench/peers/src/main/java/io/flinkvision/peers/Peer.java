package io.flinkvision.peers;

import java.util.List;

/**
 * One row of the comparison.
 *
 * @param name its name in tables and for {@code --only}
 * @param engine what decodes and classifies
 * @param shape what delivers the pictures and takes the labels
 * @param threads number of threads that the engine may use for one picture
 */
record Peer(String name, Engine engine, Shape shape, Threads threads) {

    /** Number of threads that an engine may use for one picture. */
    enum Threads {
        /** The engine's default: as many as there are processors. */
        ITS_DEFAULT,
        ONE
    }

    /** What delivers the pictures and takes the labels. */
    enum Shape {
        /** A loop over pictures in memory, without Kafka. */
        PLAIN_LOOP,
        /** Kafka source, a map, Kafka sink; one slot. */
        FLINK_JOB,
        /** A consumer and a producer in one thread. */
        CONSUMER_LOOP,
        /** Kafka Streams with one thread. */
        KAFKA_STREAMS
    }

    /** The reference of the ratios. */
    static final Peer FLINK_VISION =
            new Peer("flink-vision in Flink", Engine.FLINK_VISION, Shape.FLINK_JOB, Threads.ONE);

    /** The reference of the labels. */
    static final Peer FLINK_VISION_LOOP =
            new Peer("flink-vision, plain loop", Engine.FLINK_VISION, Shape.PLAIN_LOOP, Threads.ONE);

    /** All peers, in the order of their turns. */
    static final List<Peer> ALL = List.of(
            FLINK_VISION_LOOP,
            FLINK_VISION,
            new Peer("DJL + ONNX Runtime in Flink", Engine.DJL_ONNX_RUNTIME, Shape.FLINK_JOB, Threads.ITS_DEFAULT),
            new Peer("DJL + ONNX Runtime in Flink, 1 thread", Engine.DJL_ONNX_RUNTIME, Shape.FLINK_JOB, Threads.ONE),
            new Peer("DJL + PyTorch in Flink", Engine.DJL_PYTORCH, Shape.FLINK_JOB, Threads.ITS_DEFAULT),
            new Peer("DJL + PyTorch in Flink, 1 thread", Engine.DJL_PYTORCH, Shape.FLINK_JOB, Threads.ONE),
            new Peer("OpenCV DNN in Flink", Engine.OPENCV_DNN, Shape.FLINK_JOB, Threads.ITS_DEFAULT),
            new Peer("OpenCV DNN in Flink, 1 thread", Engine.OPENCV_DNN, Shape.FLINK_JOB, Threads.ONE),
            new Peer("consumer loop", Engine.ONNX_RUNTIME, Shape.CONSUMER_LOOP, Threads.ITS_DEFAULT),
            new Peer("consumer loop, 1 thread", Engine.ONNX_RUNTIME, Shape.CONSUMER_LOOP, Threads.ONE),
            new Peer("Kafka Streams", Engine.ONNX_RUNTIME, Shape.KAFKA_STREAMS, Threads.ITS_DEFAULT),
            new Peer("Kafka Streams, 1 thread", Engine.ONNX_RUNTIME, Shape.KAFKA_STREAMS, Threads.ONE));

    boolean usesKafka() {
        return shape != Shape.PLAIN_LOOP;
    }
}
