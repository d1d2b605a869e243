package io.flinkvision.core.image;

/**
 * Why a record got no label: the {@code error-code} of a dead letter and the {@code code} of a command's error. The
 * names are part of the records' format; none is ever renamed or given another meaning.
 */
public enum ErrorCode {
    /** The record has no value, or an empty one. */
    EMPTY("the record has no value, or one of no bytes"),
    /** The leading bytes match no known picture format, or the value is of another serialisation. */
    UNKNOWN_FORMAT("the first bytes are those of no known picture format, or the value is not what"
            + " `source.value` says"),
    /** The format is known but not among those that the job allows. */
    FORMAT_NOT_ALLOWED("the format is not among the job's decode.formats"),
    /** A known format, in a form of it that is not decoded: arithmetic coding, say. The bytes need not be damaged. */
    UNSUPPORTED("the format is known, but the picture uses a part of it that is not decoded"),
    /** More bytes, pixels or a longer side than the job's limits. */
    TOO_LARGE("more bytes, pixels or a longer side than the job's limits"),
    /** The picture ends before its format says that it does. */
    TRUNCATED("the picture ends before its format says that it does"),
    /** The bytes break the rules of their format, or the decoder refuses them. */
    CORRUPT("the bytes break the rules of their format, or the decoder refused them"),
    /** Headers that describe the value are missing, malformed, or disagree with it. */
    INVALID_HEADERS("headers that describe the value are missing, malformed, too large, or disagree with it"),
    /** A reference to a place that the job does not allow. */
    REFERENCE_NOT_ALLOWED("a reference to a place outside the job's decode.reference-prefixes"),
    /** A reference or a file that cannot be read. */
    UNREADABLE("a reference or a file that cannot be read"),
    /** Decoding needs more memory than there is. */
    OUT_OF_MEMORY("decoding needs more memory than the TaskManager has, even while it decodes nothing else"),
    /** The process or the task died more than once while it processed the record, which is not tried again. */
    CRASHED_DECODER("the TaskManager's process, or its task, died twice while it decoded or classified this record"),
    /** Decoding or classifying exceeded the deadline, and the process had to end for it. */
    TOO_SLOW("decoding or classifying it took longer than the job's crash-guard.deadline"),
    /** The frame is older than the job allows, and was not decoded. */
    STALE("the frame is older than the job's max-age and was not decoded"),
    /** The picture was decoded, but the network failed on it. */
    CLASSIFICATION_FAILED("the picture was decoded, but the network failed on it"),
    /** Not a picture but a model choice on the control topic, which the job refused. */
    MODEL_REFUSED("a model that model.control-topic chose was refused; the job goes on with the one that it has"),
    /** Not a picture but a record of the heads topic, which the job refused. */
    HEAD_REFUSED("a region or head that model.heads-topic declares was refused; the job goes on with what it has"),
    /** A record of the labels' topic that does not hold the labels of a picture. */
    MALFORMED_LABELS("a record of the labels' topic that does not hold the labels of a picture (events job only)");

    private final String meaning;

    ErrorCode(String meaning) {
        this.meaning = meaning;
    }

    /** The meaning of the code, for the documentation's table. */
    public String meaning() {
        return meaning;
    }
}
