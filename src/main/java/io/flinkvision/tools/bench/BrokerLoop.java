package io.flinkvision.tools.bench;

import io.flinkvision.tools.local.BrokerProcess;
import java.util.Map;

/**
 * A contender that reads pictures from a topic and writes labels to another. All pictures of a round are in the topic
 * before any can be read, in a transaction; the clock starts with its commit.
 */
final class BrokerLoop implements Contender {

    private final String way;
    private final int parallelism;
    private final BrokerProcess broker;
    private final BrokerTopics topics;
    private final BrokerTopics.Watch watch;
    private final Runnable end;

    /**
     * @param topics closed with this
     * @param watch fails if the contender no longer runs
     * @param end stops the contender
     */
    BrokerLoop(String way, int parallelism, BrokerProcess broker, BrokerTopics topics, BrokerTopics.Watch watch,
            Runnable end) {
        this.way = way;
        this.parallelism = parallelism;
        this.broker = broker;
        this.topics = topics;
        this.watch = watch;
        this.end = end;
    }

    boolean isJob() {
        return way.equals(Row.JOB);
    }

    @Override
    public String name() {
        return way + " at parallelism " + parallelism;
    }

    @Override
    public int parallelism() {
        return parallelism;
    }

    @Override
    public Map<String, Round> run(PictureSet pictures, int count) throws InterruptedException {
        topics.fill(pictures, count);
        Meter meter = Meter.start();
        long brokerNanos = broker.processorTime().toNanos();
        topics.release();
        int labelled = topics.await(count, watch, (number, nanos) -> { });
        Meter.Use use = meter.stop();
        double brokerSeconds = (broker.processorTime().toNanos() - brokerNanos) / 1e9;
        return Map.of(way, new Round(count, labelled, use.seconds(), use.processorSeconds() - use.callerSeconds(),
                brokerSeconds, use.callerSeconds(), use.allocatedBytes() - use.callerAllocatedBytes(),
                use.peakResidentBytes()));
    }

    /** The latency of answers at a steady rate of pictures per second. */
    Latency latency(PictureSet pictures, int count, double rate) throws InterruptedException {
        return Latency.of(rate, topics.answerTimes(pictures, count, rate, watch));
    }

    @Override
    public void close() {
        try {
            end.run();
        } finally {
            topics.close();
        }
    }
}
