package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.util.MathUtils;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Passes records on so that those of one key stay in order, whatever the parallelism on either side: to the same
 * subtask where there are as many, or else by the hash of the key. Flink's own choice, round robin, would mix up a
 * camera's pictures.
 */
public final class InOrder {

    private InOrder() {}

    /**
     * Connects two operators.
     *
     * @param stream the output of an operator
     * @param parallelism the next operator's parallelism
     * @param source the record that an element was made from
     */
    public static <T> DataStream<T> pass(
            DataStream<T> stream, int parallelism, SerializableFunction<T, RawRecord> source) {
        if (stream.getParallelism() == parallelism) {
            return stream.forward();
        }
        KeySelector<T, Integer> keyHash = element -> hash(source.apply(element));
        Partitioner<Integer> byHash = (hash, subtasks) -> MathUtils.murmurHash(hash) % subtasks;
        return stream.partitionCustom(byHash, keyHash);
    }

    /**
     * Passes frames on by the key of their camera, for an operator that remembers something of each. Frames
     * without a key are keyed by their partition: they belong to no camera, but must be spread and stay in order too.
     *
     * @param source the record that a frame was made from
     */
    public static <T> KeyedStream<T, String> byCamera(DataStream<T> frames, SerializableFunction<T, RawRecord> source) {
        return frames.keyBy(frame -> camera(source.apply(frame)), Types.STRING);
    }

    /**
     * Passes frames on to an operator of the same parallelism that remembers something of each camera too, in the
     * same thread.
     *
     * @param frames the output of an operator whose input is {@link #byCamera}, and which leaves the keys as they are
     * @param source the record that a frame was made from
     */
    public static <T> KeyedStream<T, String> stillByCamera(
            DataStream<T> frames, SerializableFunction<T, RawRecord> source) {
        return DataStreamUtils.reinterpretAsKeyedStream(frames, frame -> camera(source.apply(frame)), Types.STRING);
    }

    /** Flink's keys cannot be bytes. */
    static String camera(RawRecord record) {
        return record.key().map(HexFormat.of()::formatHex).orElseGet(() -> "-" + record.coordinates().partition());
    }

    /** Records without a key have no camera to be in order for; their partition serves. */
    private static int hash(RawRecord record) {
        Optional<byte[]> key = record.key();
        return key.isPresent() ? Arrays.hashCode(key.get()) : record.coordinates().partition();
    }
}
