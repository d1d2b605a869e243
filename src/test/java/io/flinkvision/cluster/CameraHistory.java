package io.flinkvision.cluster;

import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.FrameHeaders;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Who read each camera from when to when, as the frames on a topic tell. A session is one reader's: two readers of one
 * camera at the same time, or a frame that was sent twice, are faults.
 */
public final class CameraHistory {

    private final SortedMap<String, SortedMap<Long, List<Frame>>> cameras = new TreeMap<>();

    /** A frame, and when it was captured. */
    public record Frame(CameraFrame origin, Instant captureTime) {

        /** Of a record of the images topic that a job wrote which reads cameras. */
        public static Frame of(ConsumerRecord<byte[], byte[]> record) {
            RawRecord raw = RawRecord.of(record);
            return new Frame(new CameraFrame(raw.keyText().orElseThrow(), number(raw, FrameHeaders.SESSION),
                    number(raw, FrameHeaders.FRAME)), Instant.ofEpochMilli(number(raw, RecordHeader.CAPTURE_TIME)));
        }

        private static long number(RawRecord record, String header) {
            return Long.parseLong(record.header(header).orElseThrow(
                    () -> new AssertionError("The frame " + record + " has no header " + header)));
        }
    }

    /** @param frames those of each camera and session in the order in which the topic has them */
    public CameraHistory(Collection<Frame> frames) {
        for (Frame frame : frames) {
            cameras.computeIfAbsent(frame.origin().camera(), camera -> new TreeMap<>())
                    .computeIfAbsent(frame.origin().session(), session -> new ArrayList<>())
                    .add(frame);
        }
    }

    /** All cameras of which there is a frame. */
    public SortedSet<String> cameras() {
        return new TreeSet<>(cameras.keySet());
    }

    /** A camera's sessions with their frames, the first one first. */
    public List<List<Frame>> sessions(String camera) {
        return List.copyOf(cameras.getOrDefault(camera, new TreeMap<>()).values());
    }

    /** In words, all frames that were sent again or out of order, and all sessions that began before the last ended. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        cameras.forEach((camera, sessions) -> {
            Instant end = Instant.MIN;
            for (List<Frame> session : sessions.values()) {
                disorder(session, faults);
                Instant begin = session.stream().map(Frame::captureTime).min(Instant::compareTo).orElseThrow();
                if (begin.isBefore(end)) {
                    faults.add(session.get(0).origin() + ", of " + begin + ", is before the end of the session before, "
                            + end);
                }
                Instant last = session.stream().map(Frame::captureTime).max(Instant::compareTo).orElseThrow();
                end = last.isAfter(end) ? last : end;
            }
        });
        return faults;
    }

    private static void disorder(List<Frame> session, List<String> faults) {
        for (int i = 1; i < session.size(); i++) {
            CameraFrame before = session.get(i - 1).origin();
            CameraFrame frame = session.get(i).origin();
            if (frame.number() <= before.number()) {
                faults.add(frame + " comes after " + before);
            }
        }
    }

    /** In words, the places in a camera's sessions where frames are missing. */
    public List<String> gaps(String camera) {
        List<String> gaps = new ArrayList<>();
        for (List<Frame> session : sessions(camera)) {
            long expected = 0;
            for (Frame frame : session) {
                if (frame.origin().number() > expected) {
                    gaps.add((frame.origin().number() - expected) + " missing before " + frame.origin());
                }
                expected = frame.origin().number() + 1;
            }
        }
        return gaps;
    }
}
