package io.flinkvision.job.operator;

import io.flinkvision.job.event.DetectionRules;
import io.flinkvision.job.event.EventDetector.Step;
import io.flinkvision.job.event.PresentDetector.Told;
import io.flinkvision.job.event.PresentDetector;
import io.flinkvision.job.record.StateRecord;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.OutputTag;

/**
 * The states that the detect-events operator tells on its side output {@link #TAG}: each change of a camera's present,
 * and a deletion once the camera is forgotten. Its own state lives as long as the topic's record, so that no camera is
 * forgotten here and remembered there.
 */
public final class StateOutput {

    public static final OutputTag<StateRecord> TAG = new OutputTag<>("states", RecordTypeInformation.STATE_RECORD);

    private final PresentDetector detector;
    private final long forgetAfterMillis;
    private final ValueState<TrackedPresent> presents;
    private final Counter states;

    StateOutput(DetectionRules rules, Duration forgetAfter, RuntimeContext context) {
        detector = new PresentDetector(rules);
        forgetAfterMillis = forgetAfter.toMillis();
        presents = context.getState(new ValueStateDescriptor<>("present", RecordForms.TRACKED_PRESENT));
        states = context.getMetricGroup().counter(VisionMetrics.STATES);
    }

    /** @param heardAt this machine's time when the camera's last frame came, in milliseconds */
    void follow(Step step, long heardAt, KeyedProcessFunction<String, ?, ?>.Context context) throws Exception {
        Optional<TrackedPresent> before = tracked();
        Told told = detector.after(before.map(TrackedPresent::told), step);
        boolean isNews = before.filter(known -> known.told().present().equals(told.present())).isEmpty();
        if (isNews) {
            states.inc();
            context.output(TAG, new StateRecord(
                    LabelledFrame.key(context.getCurrentKey()), Optional.of(told.present())));
        }
        long timer = before.map(TrackedPresent::forgetTimer).orElse(TrackedCamera.NONE);
        if (!told.present().online() && timer == TrackedCamera.NONE) {
            timer = heardAt + forgetAfterMillis;
            context.timerService().registerProcessingTimeTimer(timer);
        }
        TrackedPresent after = new TrackedPresent(told, timer);
        if (!before.equals(Optional.of(after))) {
            presents.update(after);
        }
    }

    /** Whether a timer by the clock is one that {@link #isToBeForgotten} has to look after. */
    boolean isForgetTimer(long time) throws Exception {
        return tracked().filter(known -> known.forgetTimer() == time).isPresent();
    }

    /**
     * Looks whether a camera has been silent for too long, and sets another timer if it is only offline.
     *
     * @param heardAt this machine's time when its last frame came, in milliseconds
     */
    boolean isToBeForgotten(long heardAt, TimerService timers) throws Exception {
        TrackedPresent known = tracked().orElseThrow();
        long due = heardAt + forgetAfterMillis;
        if (known.told().present().online()) {
            presents.update(new TrackedPresent(known.told(), TrackedCamera.NONE));
            return false;
        }
        if (due > timers.currentProcessingTime()) {
            timers.registerProcessingTimeTimer(due);
            presents.update(new TrackedPresent(known.told(), due));
            return false;
        }
        return true;
    }

    /** Deletes the state of a camera of which nothing is remembered, if it was told. */
    void forget(KeyedProcessFunction<String, ?, ?>.Context context) throws Exception {
        if (tracked().isPresent()) {
            presents.clear();
            states.inc();
            context.output(TAG, new StateRecord(LabelledFrame.key(context.getCurrentKey()), Optional.empty()));
        }
    }

    private Optional<TrackedPresent> tracked() throws Exception {
        return Optional.ofNullable(presents.value());
    }
}
