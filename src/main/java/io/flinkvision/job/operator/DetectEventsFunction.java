package io.flinkvision.job.operator;

import io.flinkvision.job.event.DetectionRules;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.EventDetector.Step;
import io.flinkvision.job.event.EventDetector;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.record.CameraEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The detect-events operator: the labelled frames of a camera in, its events out, and its states beside them.
 *
 * <p>Frames wait until the watermark has passed their time, and are looked at in the order of their times. A frame that
 * comes after the watermark has passed it is looked at all the same while it is newer than the last one of its camera:
 * a camera whose clock is slow, or whose partition is read later than others, loses nothing. Otherwise it is left out
 * and counted.
 *
 * <p>A camera is offline when event time has gone on for so long without a frame of it. Where event time itself stands
 * still, because no camera sends anything, the clock decides; frames that still wait are looked at then. A restored job
 * gives every camera that time anew.
 */
public final class DetectEventsFunction extends KeyedProcessFunction<String, LabelledFrame, CameraEvent> {

    private static final long serialVersionUID = 1L;

    private final DetectionRules rules;
    private final Duration forgetAfter;
    private final boolean tellsStates;

    private transient EventDetector detector;
    private transient ValueState<TrackedCamera> cameras;
    private transient MapState<Long, List<Frame>> waiting;
    private transient Map<String, Counter> eventsByType;
    private transient Counter lateRecords;

    /** Empty if nobody wants the states. */
    private transient Optional<StateOutput> states;

    /** When the first frame or timer came to this instance of the operator, by the clock. */
    private transient OptionalLong begunAt;

    /**
     * @param rules what counts as an event
     * @param forgetAfter the time by the clock without a frame after which nothing is remembered of a camera
     * @param tellsStates whether there are records on the side output {@link StateOutput#TAG}
     */
    public DetectEventsFunction(DetectionRules rules, Duration forgetAfter, boolean tellsStates) {
        this.rules = rules;
        this.forgetAfter = forgetAfter;
        this.tellsStates = tellsStates;
    }

    @Override
    public void open(OpenContext context) {
        detector = new EventDetector(rules);
        states = tellsStates
                ? Optional.of(new StateOutput(rules, forgetAfter, getRuntimeContext()))
                : Optional.empty();
        begunAt = OptionalLong.empty();
        StateTtlConfig timeToLive = StateTtlConfig.newBuilder(forgetAfter).build();
        ValueStateDescriptor<TrackedCamera> camera =
                new ValueStateDescriptor<>("camera", RecordForms.TRACKED_CAMERA);
        camera.enableTimeToLive(timeToLive);
        cameras = getRuntimeContext().getState(camera);
        MapStateDescriptor<Long, List<Frame>> frames = new MapStateDescriptor<>(
                "waiting-frames", LongSerializer.INSTANCE, new ListSerializer<>(RecordForms.FRAME));
        frames.enableTimeToLive(timeToLive);
        waiting = getRuntimeContext().getMapState(frames);
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        lateRecords = metrics.counter(VisionMetrics.LATE_RECORDS);
        eventsByType = new HashMap<>();
        for (String type : Event.TYPES) {
            eventsByType.put(type, metrics.addGroup(VisionMetrics.KIND, type)
                    .counter(VisionMetrics.EVENTS));
        }
    }

    @Override
    public void processElement(LabelledFrame element, Context context, Collector<CameraEvent> out) throws Exception {
        Frame frame = element.frame();
        TrackedCamera camera = tracked().orElse(TrackedCamera.UNKNOWN);
        if (!camera.state().precedes(frame)) {
            lateRecords.inc();
            return;
        }
        TimerService timers = context.timerService();
        begunAt(timers);
        long time = frame.time().toEpochMilli();
        long watermark = timers.currentWatermark();
        camera = camera.heard(timers.currentProcessingTime(), watermark);
        if (time > watermark) {
            keep(frame);
            timers.registerEventTimeTimer(time);
        } else {
            // Event time has to go on for so long before a camera is offline whose own clock is slow.
            camera = look(camera, List.of(frame), watermark, context, out);
        }
        if (!camera.clockTimer()) {
            timers.registerProcessingTimeTimer(camera.heardAt() + rules.offlineAfter().toMillis());
            camera = camera.withClockTimer(true);
        }
        cameras.update(camera);
    }

    private long begunAt(TimerService timers) {
        if (begunAt.isEmpty()) {
            begunAt = OptionalLong.of(timers.currentProcessingTime());
        }
        return begunAt.getAsLong();
    }

    private Optional<TrackedCamera> tracked() throws Exception {
        return Optional.ofNullable(cameras.value());
    }

    private void keep(Frame frame) throws Exception {
        List<Frame> frames = new ArrayList<>(waitingAt(frame.time().toEpochMilli()));
        frames.add(frame);
        waiting.put(frame.time().toEpochMilli(), frames);
    }

    private List<Frame> waitingAt(long time) throws Exception {
        return Optional.ofNullable(waiting.get(time)).orElse(List.of());
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<CameraEvent> out) throws Exception {
        Optional<TrackedCamera> known = tracked();
        if (known.isEmpty()) {
            // The camera was forgotten before its timers were due.
            forget(context);
            return;
        }
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME && states.isPresent()
                && states.get().isForgetTimer(time)) {
            if (states.get().isToBeForgotten(known.get().heardAt(), context.timerService())) {
                forget(context);
                return;
            }
            if (!known.get().clockTimer()) {
                return;
            }
        }
        cameras.update(context.timeDomain() == TimeDomain.EVENT_TIME
                ? eventTimeHasReached(time, known.get(), context, out)
                : clockHasReached(known.get(), context, out));
    }

    private void forget(Context context) throws Exception {
        cameras.clear();
        waiting.clear();
        if (states.isPresent()) {
            states.get().forget(context);
        }
    }

    private TrackedCamera eventTimeHasReached(
            long time, TrackedCamera before, Context context, Collector<CameraEvent> out) throws Exception {
        TrackedCamera camera = look(before, waitingAt(time), time, context, out);
        waiting.remove(time);
        camera = follow(camera, detector.timeHasReached(camera.state(), Instant.ofEpochMilli(time)), context, out);
        if (camera.silenceTimer() != time) {
            return camera;
        }
        if (camera.silentAt() > time) {
            context.timerService().registerEventTimeTimer(camera.silentAt());
            return camera.withSilenceTimer(camera.silentAt());
        }
        return follow(camera, detector.silence(camera.state()), context, out).withSilenceTimer(TrackedCamera.NONE);
    }

    private TrackedCamera clockHasReached(
            TrackedCamera camera, Context context, Collector<CameraEvent> out) throws Exception {
        TimerService timers = context.timerService();
        // Not the timer's own time: that may lie far back, when a job is restored. It could not hear a camera then.
        long now = timers.currentProcessingTime();
        long due = Math.max(camera.heardAt(), begunAt(timers)) + rules.offlineAfter().toMillis();
        if (due > now) {
            timers.registerProcessingTimeTimer(due);
            return camera;
        }
        if (!camera.state().online() && waiting.isEmpty()) {
            return camera.withClockTimer(false);
        }
        long watermark = timers.currentWatermark();
        if (goesOn(watermark, camera)) {
            timers.registerProcessingTimeTimer(now + rules.offlineAfter().toMillis());
            return camera.withWatermark(watermark);
        }
        TrackedCamera last = look(camera, allWaiting(), watermark, context, out);
        waiting.clear();
        return follow(last, detector.silence(last.state()), context, out)
                .withSilenceTimer(TrackedCamera.NONE).withClockTimer(false);
    }

    /**
     * Whether event time can be left to decide: others have carried it beyond the camera's last frame, and still do; or
     * it has just begun anew, as it does when a job is restored.
     */
    private boolean goesOn(long watermark, TrackedCamera camera) throws Exception {
        return watermark < camera.watermark() || watermark > camera.watermark() && waiting.isEmpty();
    }

    private List<Frame> allWaiting() throws Exception {
        List<Frame> frames = new ArrayList<>();
        for (List<Frame> ofOneTime : waiting.values()) {
            frames.addAll(ofOneTime);
        }
        return frames;
    }

    /**
     * Looks at frames whose time has come, in their order.
     *
     * @param reached the event time that is reached, at which the camera is there
     */
    private TrackedCamera look(TrackedCamera before, List<Frame> frames, long reached, Context context,
            Collector<CameraEvent> out) throws Exception {
        TrackedCamera camera = before;
        TimerService timers = context.timerService();
        for (Frame frame : frames.stream().sorted().toList()) {
            if (!camera.state().precedes(frame)) {
                lateRecords.inc();
                continue;
            }
            camera = follow(camera, detector.frame(camera.state(), frame), context, out)
                    .withSilenceAt(Math.max(frame.time().toEpochMilli(), reached) + rules.offlineAfter().toMillis());
            if (camera.silenceTimer() == TrackedCamera.NONE) {
                timers.registerEventTimeTimer(camera.silentAt());
                camera = camera.withSilenceTimer(camera.silentAt());
            }
            long minuteEnd = camera.state().minute().orElseThrow().end().toEpochMilli();
            if (minuteEnd > timers.currentWatermark()) {
                timers.registerEventTimeTimer(minuteEnd);
            }
        }
        return camera;
    }

    private TrackedCamera follow(TrackedCamera camera, Step step, Context context, Collector<CameraEvent> out)
            throws Exception {
        for (Event event : step.events()) {
            eventsByType.get(event.type()).inc();
            out.collect(new CameraEvent(LabelledFrame.key(context.getCurrentKey()), event));
        }
        if (states.isPresent() && step.state().last().isPresent()) {
            states.get().follow(step, camera.heardAt(), context);
        }
        return camera.with(step.state());
    }
}
