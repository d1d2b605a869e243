package io.flinkvision.job.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Protobuf's encoding of a record's JSON. An absent field is left out, a time is a {@code Timestamp}. */
final class ProtobufForm {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ProtobufForm() {}

    static void write(JsonNode record, Descriptor type, OutputStream out) throws IOException {
        message(record, type).writeTo(out);
    }

    private static Message message(JsonNode record, Descriptor type) {
        if (isTime(type)) {
            Instant time = Instant.parse(record.asText());
            return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
        }
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            JsonNode value = record.path(field.getJsonName());
            if (field.isRepeated()) {
                value.forEach(element -> message.addRepeatedField(field, value(element, field)));
            } else if (!value.isMissingNode()) {
                message.setField(field, value(value, field));
            }
        }
        return message.build();
    }

    private static Object value(JsonNode value, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> message(value, field.getMessageType());
            case STRING -> value.asText();
            case INT -> value.intValue();
            case LONG -> value.longValue();
            case FLOAT -> value.floatValue();
            case DOUBLE -> value.doubleValue();
            case BOOLEAN -> value.booleanValue();
            case BYTE_STRING, ENUM -> throw unused(field);
        };
    }

    private static boolean isTime(Descriptor type) {
        return type.getFullName().equals(Timestamp.getDescriptor().getFullName());
    }

    private static IllegalStateException unused(FieldDescriptor field) {
        return new IllegalStateException("No schema of this release has the type " + field.getType());
    }

    /**
     * Reads a record of this release or another one, whose further fields are left alone.
     *
     * @param lists those that the record has even if they are empty
     * @throws IOException if it is none
     */
    static ObjectNode read(ByteBuffer bytes, Descriptor type, Set<String> lists) throws IOException {
        try {
            ObjectNode record = object(DynamicMessage.parseFrom(type, CodedInputStream.newInstance(bytes)));
            lists.stream().filter(list -> !record.has(list)).forEach(record::putArray);
            return record;
        } catch (InvalidProtocolBufferException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ObjectNode object(Message message) {
        ObjectNode object = JSON.objectNode();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            Object value = message.getField(field);
            if (field.isRepeated()) {
                ArrayNode list = JSON.arrayNode();
                ((List<?>) value).forEach(element -> list.add(node(element, field)));
                if (!list.isEmpty()) {
                    object.set(field.getJsonName(), list);
                }
            } else if (!field.hasPresence() || message.hasField(field)) {
                object.set(field.getJsonName(), node(value, field));
            }
        }
        return object;
    }

    private static JsonNode node(Object value, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> isTime(field.getMessageType())
                    ? JSON.textNode(time((Message) value).toString())
                    : object((Message) value);
            case STRING -> JSON.textNode((String) value);
            case INT -> JSON.numberNode((int) value);
            case LONG -> JSON.numberNode((long) value);
            case FLOAT -> JSON.numberNode((float) value);
            case DOUBLE -> JSON.numberNode((double) value);
            case BOOLEAN -> JSON.booleanNode((boolean) value);
            case BYTE_STRING, ENUM -> throw unused(field);
        };
    }

    private static Instant time(Message timestamp) {
        Descriptor type = timestamp.getDescriptorForType();
        return Instant.ofEpochSecond(
                (long) timestamp.getField(type.findFieldByNumber(Timestamp.SECONDS_FIELD_NUMBER)),
                (int) timestamp.getField(type.findFieldByNumber(Timestamp.NANOS_FIELD_NUMBER)));
    }
}
