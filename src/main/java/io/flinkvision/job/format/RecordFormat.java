package io.flinkvision.job.format;

/** The formats of labels and events. */
public enum RecordFormat {

    JSON("application/json"),
    AVRO("application/avro"),
    PROTOBUF("application/protobuf");

    private final String contentType;

    RecordFormat(String contentType) {
        this.contentType = contentType;
    }

    /** The value of a record's {@code content-type}. */
    public String contentType() {
        return contentType;
    }

    /** Whether records refer to a schema in a registry. */
    public boolean hasSchema() {
        return this != JSON;
    }
}
