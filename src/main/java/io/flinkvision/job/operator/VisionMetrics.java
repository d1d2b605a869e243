package io.flinkvision.job.operator;

import io.flinkvision.core.system.ProcessMemory;
import java.util.List;
import java.util.Optional;

/**
 * The job's own metrics. Each is registered in its operator's group, so that its full name is
 * {@code HOST.taskmanager.TM_ID.JOB_NAME.OPERATOR_NAME.SUBTASK_INDEX.NAME} with Flink's default scope format, where
 * OPERATOR_NAME is for example {@code decode}; and {@code flink_taskmanager_job_task_operator_NAME} in
 * Prometheus, with the rest of it as labels. The table of {@code docs/metrics.md} is made from {@link #ALL}.
 */
public final class VisionMetrics {

    /** {@code ….Source: cameras.SUBTASK.cameras}: gauge of the cameras that a subtask has. */
    public static final String CAMERAS = "cameras";

    /** {@code ….Source: cameras.SUBTASK.camerasDelivering}: gauge of those of {@link #CAMERAS} that deliver frames. */
    public static final String CAMERAS_DELIVERING = "camerasDelivering";

    /** {@code ….Source: cameras.SUBTASK.framesRead}: counter of the frames that were read from cameras. */
    public static final String FRAMES_READ = "framesRead";

    /** {@code ….Source: cameras.SUBTASK.framesDropped}: counter of those of {@link #FRAMES_READ} that got no further. */
    public static final String FRAMES_DROPPED = "framesDropped";

    /** {@code ….Source: cameras.SUBTASK.framesUnchanged}: counter of the frames that looked like the one before. */
    public static final String FRAMES_UNCHANGED = "framesUnchanged";

    /** {@code ….Source: cameras.SUBTASK.framesRefused}: counter of the frames that were too large or incomplete. */
    public static final String FRAMES_REFUSED = "framesRefused";

    /** {@code ….Source: cameras.SUBTASK.reconnects}: counter of the cameras that delivered again after a loss or a failure. */
    public static final String RECONNECTS = "reconnects";

    /** {@code ….Source: cameras.SUBTASK.cameraFailures}: counter of the attempts to read a camera that cannot be read. */
    public static final String CAMERA_FAILURES = "cameraFailures";

    /** {@code ….decode.SUBTASK.bytesIn}: counter of the bytes of the records' values. */
    public static final String BYTES_IN = "bytesIn";

    /** {@code ….decode.SUBTASK.imagesDecoded}: counter of the pictures that were decoded. */
    public static final String IMAGES_DECODED = "imagesDecoded";

    /**
     * {@code ….decode.SUBTASK.imagesPreviewed}: counter of the pictures that were looked at before they were decoded, in
     * a job with {@code skip-unchanged}.
     */
    public static final String IMAGES_PREVIEWED = "imagesPreviewed";

    /**
     * {@code ….decode.SUBTASK.imagesNotDecoded}: counter of those of {@link #IMAGES_PREVIEWED} that were passed on
     * undecoded, since none of their views had changed.
     */
    public static final String IMAGES_NOT_DECODED = "imagesNotDecoded";

    /** {@code ….decode.SUBTASK.imagesRejected}: counter of the records that became dead letters before the network. */
    public static final String IMAGES_REJECTED = "imagesRejected";

    /** {@code ….decode.SUBTASK.imagesStale}: counter of the frames that were older than the job's {@code max-age}. */
    public static final String IMAGES_STALE = "imagesStale";

    /** {@code ….decode.SUBTASK.regions}: gauge of the regions of all cameras that are in force. */
    public static final String REGIONS = "regions";

    /** {@code ….decode.SUBTASK.captureTimesIgnored}: counter of the records whose capture time is ignored. */
    public static final String CAPTURE_TIMES_IGNORED = "captureTimesIgnored";

    /**
     * {@code ….OPERATOR.SUBTASK.code.CODE.deadLetters}: counter of the records that an operator gave up on for one
     * reason. The reason is a variable of the metric's group, so that reporters with labels show it as one; in
     * Prometheus the name is {@code flink_taskmanager_job_task_operator_code_deadLetters}.
     */
    public static final String DEAD_LETTERS = "deadLetters";

    /** The variable that holds the {@link io.flinkvision.core.image.ErrorCode} of {@link #DEAD_LETTERS}. */
    public static final String CODE = "code";

    /**
     * {@code ….decode.SUBTASK.queueingMillis}: histogram of the milliseconds from a record's Kafka timestamp, which its
     * producer or its broker has set, until the decoder took it up; 0 where that clock is ahead of this one.
     */
    public static final String QUEUEING_MILLIS = "queueingMillis";

    /** {@code ….decode.SUBTASK.decodeMicros}: histogram of the microseconds spent decoding and resizing a picture. */
    public static final String DECODE_MICROS = "decodeMicros";

    /** {@code ….decode.SUBTASK.processAnonymousBytes}: gauge of {@link ProcessMemory#ANONYMOUS}, on Linux only. */
    public static final String PROCESS_ANONYMOUS_BYTES = "processAnonymousBytes";

    /**
     * {@code ….classify.SUBTASK.modelLoads}: counter of the loads of the network; 1 for a subtask's whole life, and one
     * more for each change of its model with a control topic.
     */
    public static final String MODEL_LOADS = "modelLoads";

    /** {@code ….classify.SUBTASK.imagesClassified}: counter of the pictures that got labels. */
    public static final String IMAGES_CLASSIFIED = "imagesClassified";

    /**
     * {@code ….classify.SUBTASK.imagesReused}: counter of those of {@link #IMAGES_CLASSIFIED} that took over the labels
     * of another frame, in a job with {@code skip-unchanged}.
     */
    public static final String IMAGES_REUSED = "imagesReused";

    /** {@code ….classify.SUBTASK.regionsClassified}: counter of the regions of pictures that the network classified. */
    public static final String REGIONS_CLASSIFIED = "regionsClassified";

    /**
     * {@code ….classify.SUBTASK.regionsReused}: counter of the regions of pictures that took over the answer of another
     * frame, in a job with {@code skip-unchanged}.
     */
    public static final String REGIONS_REUSED = "regionsReused";

    /** {@code ….classify.SUBTASK.inferenceMicros}: histogram of the microseconds spent in the network. */
    public static final String INFERENCE_MICROS = "inferenceMicros";

    /**
     * {@code ….classify.SUBTASK.endToEndMillis}: histogram of the milliseconds from a picture's capture time, which its
     * producer has set, until it had labels; 0 where that clock is ahead of this one.
     */
    public static final String END_TO_END_MILLIS = "endToEndMillis";

    /**
     * {@code ….classify.SUBTASK.camera.CAMERA.lastLabelAgeMillis}: gauge of {@link CameraAges}; in Prometheus
     * {@code flink_taskmanager_job_task_operator_camera_lastLabelAgeMillis}.
     */
    public static final String LAST_LABEL_AGE_MILLIS = "lastLabelAgeMillis";

    /** The variable that holds the camera of {@link #LAST_LABEL_AGE_MILLIS}. */
    public static final String CAMERA = "camera";

    /** {@code ….model-gate.0.modelsAccepted}: counter of the choices of a model that were passed on to every subtask. */
    public static final String MODELS_ACCEPTED = "modelsAccepted";

    /** {@code ….model-gate.0.modelsRefused}: counter of the choices of a model that became dead letters. */
    public static final String MODELS_REFUSED = "modelsRefused";

    /** {@code ….head-gate.0.headsAccepted}: counter of the records of the heads topic that were passed on to every subtask. */
    public static final String HEADS_ACCEPTED = "headsAccepted";

    /** {@code ….head-gate.0.headsRefused}: counter of the records of the heads topic that became dead letters. */
    public static final String HEADS_REFUSED = "headsRefused";

    /** {@code ….classify.SUBTASK.modelChanges}: counter of the changes from one model to another. */
    public static final String MODEL_CHANGES = "modelChanges";

    /**
     * {@code ….classify.SUBTASK.modelChangesFailed}: counter of the failed attempts of this subtask to load a choice that
     * the gate had passed. The task fails after {@link LoadAttempts#MAX_ATTEMPTS} of them.
     */
    public static final String MODEL_CHANGES_FAILED = "modelChangesFailed";

    /**
     * {@code ….classify.SUBTASK.modelBehind}: gauge, 1 while the subtask uses another model than the chosen one because
     * it could not load that, otherwise 0.
     */
    public static final String MODEL_BEHIND = "modelBehind";

    /** {@code ….classify.SUBTASK.candidates}: gauge, 1 while the subtask has a shadow or canary in memory, else 0. */
    public static final String CANDIDATES = "candidates";

    /**
     * {@code ….classify.SUBTASK.comparisonsSkipped}: counter of the pictures of a shadow's sample that were not compared,
     * because the shadow had taken more than its time.
     */
    public static final String COMPARISONS_SKIPPED = "comparisonsSkipped";

    /** {@code ….compare.SUBTASK.picturesCompared}: counter of the pictures that two models have classified. */
    public static final String PICTURES_COMPARED = "picturesCompared";

    /** {@code ….compare.SUBTASK.picturesAgreed}: counter of those of {@link #PICTURES_COMPARED} with the same label. */
    public static final String PICTURES_AGREED = "picturesAgreed";

    /** {@code ….compare.SUBTASK.comparisonsFailed}: counter of the pictures on which the candidate's network failed. */
    public static final String COMPARISONS_FAILED = "comparisonsFailed";

    /** {@code ….pictures.SUBTASK.picturesSent}: counter of the records of the topic of pictures. */
    public static final String PICTURES_SENT = "picturesSent";

    /** {@code ….pictures.SUBTASK.picturesOmitted}: counter of the pictures that were due there, and could not be sent. */
    public static final String PICTURES_OMITTED = "picturesOmitted";

    /** {@code ….pictures.SUBTASK.encodeMicros}: histogram of the microseconds spent encoding one of them. */
    public static final String ENCODE_MICROS = "encodeMicros";

    /** {@code ….read-labels.SUBTASK.recordsMalformed}: counter of the records without labels, which became dead letters. */
    public static final String RECORDS_MALFORMED = "recordsMalformed";

    /**
     * {@code ….detect-events.SUBTASK.kind.KIND.events}: counter of the events of one kind, {@code started},
     * {@code ended}, {@code changed}, {@code offline}, {@code online} or {@code counted}.
     */
    public static final String EVENTS = "events";

    /** {@code ….detect-events.SUBTASK.states}: counter of the records of the states topic. */
    public static final String STATES = "states";

    /** The variable that holds the kind of {@link #EVENTS}. */
    public static final String KIND = "kind";

    /**
     * {@code ….detect-events.SUBTASK.lateRecords}: counter of the frames that were dropped because they or a newer frame
     * of their camera had been processed before.
     */
    public static final String LATE_RECORDS = "lateRecords";

    /** Pictures per histogram, the newest ones. */
    static final int HISTOGRAM_WINDOW = 1_000;

    /** Flink's kinds of metrics. */
    public enum Kind { COUNTER, GAUGE, HISTOGRAM }

    /**
     * A metric, as documented.
     *
     * @param operators names of the operators that have it
     * @param variable that has a metric per value, besides the subtask
     * @param name the last part of its full name
     * @param meaning what it counts or measures, with the unit
     */
    public record Described(
            List<String> operators, Optional<String> variable, String name, Kind kind, String meaning) {

        public Described {
            operators = List.copyOf(operators);
        }

        /** The name that Flink's Prometheus reporter gives it. */
        public String prometheusName() {
            return "flink_taskmanager_job_task_operator_" + variable.map(text -> text + "_").orElse("") + name;
        }
    }

    /** All of them, in the order in which a picture passes through them. */
    public static final List<Described> ALL = List.of(
            cameras(CAMERAS, Kind.GAUGE, "Cameras that a subtask has, in a job that reads cameras."),
            cameras(CAMERAS_DELIVERING, Kind.GAUGE, "Those of them that deliver frames; the others are being opened, are"
                    + " lost, or cannot be read."),
            cameras(FRAMES_READ, Kind.COUNTER, "Frames that were read from cameras."),
            cameras(FRAMES_DROPPED, Kind.COUNTER, "Those of `framesRead` that got no further: the job was slower than a"
                    + " live camera, or the camera moved to another subtask or was removed."),
            cameras(FRAMES_UNCHANGED, Kind.COUNTER, "Frames that were left out because they look like their camera's last"
                    + " one (`only-changes`); they are not in `framesRead`."),
            cameras(FRAMES_REFUSED, Kind.COUNTER, "Frames that are larger than the limit, or incomplete, and are not in"
                    + " `framesRead`."),
            cameras(RECONNECTS, Kind.COUNTER, "Cameras that delivered again after they were lost or could not be read."),
            cameras(CAMERA_FAILURES, Kind.COUNTER, "Attempts to read a camera that failed for a reason that somebody has"
                    + " to mend, such as a wrong password."),
            decode(BYTES_IN, Kind.COUNTER, "Bytes of the records' values. A picture that a record only refers to is not"
                    + " among them."),
            decode(QUEUEING_MILLIS, Kind.HISTOGRAM, "Milliseconds from a record's Kafka timestamp until the decoder"
                    + " took it up: the wait in the broker and in the job's own buffers. 0 where the clock that set the"
                    + " timestamp is ahead."),
            decode(DECODE_MICROS, Kind.HISTOGRAM, "Microseconds spent decoding, orienting and resizing a picture, and"
                    + " reading it where the record only refers to it."),
            decode(IMAGES_DECODED, Kind.COUNTER, "Pictures that were decoded, once each whatever their regions. Those of which nothing is"
                    + " classified are not among them."),
            decode(IMAGES_PREVIEWED, Kind.COUNTER, "Pictures that were looked at before they were decoded"
                    + " (`skip-unchanged`)."),
            decode(IMAGES_NOT_DECODED, Kind.COUNTER, "Those of `imagesPreviewed` that were passed on undecoded, since"
                    + " none of their views had changed; they are not in `imagesDecoded`."),
            decode(IMAGES_REJECTED, Kind.COUNTER, "Records that became dead letters before the network."),
            decode(IMAGES_STALE, Kind.COUNTER, "Frames older than `max-age`, which became dead letters undecoded."),
            decode(CAPTURE_TIMES_IGNORED, Kind.COUNTER, "Records whose `capture-time` is malformed, in another unit, or"
                    + " not of the years 2000 to 2099. They are handled as if they had none; the log says once per"
                    + " subtask what is wrong."),
            decode(REGIONS, Kind.GAUGE, "Regions of all cameras that are in force: those of the job file, and of its"
                    + " `model.heads-topic`."),
            new Described(List.of("decode", "classify"), Optional.of(CODE), DEAD_LETTERS, Kind.COUNTER,
                    "Records that got no label, by their `error-code`."),
            decode(PROCESS_ANONYMOUS_BYTES, Kind.GAUGE, "Bytes of the TaskManager's process that are in memory and"
                    + " backed by no file (`RssAnon` of Linux): Java's heap as far as it was touched, and what OpenCV,"
                    + " ONNX Runtime and the JVM hold outside of it. The same for all subtasks of a TaskManager; absent"
                    + " on other systems than Linux."),
            classify(MODEL_LOADS, Kind.COUNTER, "Loads of a network: one when the subtask starts, and one for each"
                    + " change of the model and each candidate. To promote a candidate takes none."),
            classify(INFERENCE_MICROS, Kind.HISTOGRAM, "Microseconds spent in the network for a picture with all its"
                    + " regions, normalisation and softmax included."),
            classify(IMAGES_CLASSIFIED, Kind.COUNTER, "Pictures that got their record: labels, or none where neither"
                    + " the whole picture nor a region was due."),
            classify(IMAGES_REUSED, Kind.COUNTER, "Those of `imagesClassified` that took over the labels of their"
                    + " camera's last classified frame (`skip-unchanged`); only those with a changed region are in"
                    + " `inferenceMicros`."),
            classify(REGIONS_CLASSIFIED, Kind.COUNTER, "Regions of pictures that were classified."),
            classify(REGIONS_REUSED, Kind.COUNTER, "Regions of pictures that took over the answer of their camera's last"
                    + " classified one (`skip-unchanged`)."),
            classify(END_TO_END_MILLIS, Kind.HISTOGRAM, "Milliseconds from a picture's `capture-time` until it had"
                    + " labels; only of pictures that have that header. 0 where the camera's clock is ahead."),
            new Described(List.of("classify"), Optional.of(CAMERA), LAST_LABEL_AGE_MILLIS, Kind.GAUGE,
                    "Milliseconds since a camera's last label. A camera is a record key that came twice; of the first "
                            + CameraAges.MAX_CAMERAS + " of a subtask."),
            counter("model-gate", MODELS_ACCEPTED, "Choices of a model that were passed on to every subtask"
                    + " (`model.control-topic`)."),
            counter("model-gate", MODELS_REFUSED, "Choices of a model that became dead letters."),
            classify(MODEL_CHANGES, Kind.COUNTER, "Changes from one model to another, with a `model.control-topic`."),
            classify(MODEL_CHANGES_FAILED, Kind.COUNTER, "Failed attempts of a subtask to load an accepted choice. The"
                    + " task fails after " + LoadAttempts.MAX_ATTEMPTS + " of them."),
            classify(MODEL_BEHIND, Kind.GAUGE, "1 while a subtask uses another model than the chosen one, or has no"
                    + " candidate, because it could not load that, otherwise 0."),
            classify(CANDIDATES, Kind.GAUGE, "1 while a subtask has a shadow or canary in memory beside its model,"
                    + " otherwise 0."),
            classify(COMPARISONS_SKIPPED, Kind.COUNTER, "Pictures of a shadow's sample that were not compared, because"
                    + " the shadow had taken more than " + ShadowTime.TIMES + " times the time of the model."),
            counter("compare", PICTURES_COMPARED, "Pictures that the model and its shadow have both classified"
                    + " (`model.comparisons-topic`)."),
            counter("compare", PICTURES_AGREED, "Those of `picturesCompared` to which both gave the same label."),
            counter("compare", COMPARISONS_FAILED, "Pictures on which the shadow's network failed; they are not in"
                    + " `picturesCompared`."),
            counter("head-gate", HEADS_ACCEPTED, "Records of the heads topic (`model.heads-topic`) that declared or"
                    + " removed a region and were passed on to every subtask."),
            counter("head-gate", HEADS_REFUSED, "Records of the heads topic that became dead letters."),
            counter("pictures", PICTURES_SENT, "Pictures of cameras that were sent to the topic of pictures"
                    + " (`pictures.topic`)."),
            counter("pictures", PICTURES_OMITTED, "Pictures that were due there and were not sent: they are larger than"
                    + " the topic takes, or there was no memory to encode them. The log says so once a camera."),
            new Described(List.of("pictures"), Optional.empty(), ENCODE_MICROS, Kind.HISTOGRAM,
                    "Microseconds spent encoding one of them; only of pictures that came as pixels."),
            counter("read-labels", RECORDS_MALFORMED, "Records of the events job's input without labels, which became"
                    + " dead letters."),
            new Described(List.of("detect-events"), Optional.of(KIND), EVENTS, Kind.COUNTER, "Events by their kind."),
            counter("detect-events", STATES, "Records of the states topic (`events.states-topic`): changes of a"
                    + " camera's state, and deletions of those that are forgotten."),
            counter("detect-events", LATE_RECORDS, "Frames that were dropped because they or a newer frame of their"
                    + " camera had been processed before."));

    private VisionMetrics() {}

    private static Described cameras(String name, Kind kind, String meaning) {
        return new Described(List.of("Source: cameras", "Source: images"), Optional.empty(), name, kind, meaning);
    }

    private static Described decode(String name, Kind kind, String meaning) {
        return new Described(List.of("decode"), Optional.empty(), name, kind, meaning);
    }

    private static Described counter(String operator, String name, String meaning) {
        return new Described(List.of(operator), Optional.empty(), name, Kind.COUNTER, meaning);
    }

    private static Described classify(String name, Kind kind, String meaning) {
        return new Described(List.of("classify"), Optional.empty(), name, kind, meaning);
    }
}
