package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.function.UnaryOperator;

/**
 * Every tensor of an ONNX message, whatever field of whatever message holds it: initializers, dense and sparse,
 * attributes, subgraphs, local functions, training information. The fields are those of the message's own description,
 * so that none is forgotten.
 */
final class OnnxTensors {

    private final String source;
    private final UnaryOperator<TensorProto> change;

    private OnnxTensors(String source, UnaryOperator<TensorProto> change) {
        this.source = source;
        this.change = change;
    }

    /**
     * The message with changed tensors.
     *
     * @param source where it comes from, for errors
     * @param change is given each tensor and returns the one in its place, or the same
     * @throws ModelException if the message has a field that this project does not know, which might hold a tensor
     */
    @SuppressWarnings("unchecked")
    static <T extends Message> T changed(String source, T message, UnaryOperator<TensorProto> change) {
        return (T) new OnnxTensors(source, change).changed(message);
    }

    private Message changed(Message message) {
        message.getUnknownFields().asMap().keySet().stream().findFirst().ifPresent(field -> {
            throw new ModelException(source + " has the unknown field " + field + " in a "
                    + message.getDescriptorForType().getName() + ", which is refused, since it could name another file;"
                    + " save the model for ONNX IR version 10 or below");
        });
        if (message instanceof TensorProto tensor) {
            return change.apply(tensor);
        }
        Message result = message;
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                result = field.isRepeated() ? changedList(message, result, field) : changedOne(message, result, field);
            }
        }
        return result;
    }

    private Message changedOne(Message message, Message result, FieldDescriptor field) {
        if (!message.hasField(field)) {
            return result;
        }
        Message part = (Message) message.getField(field);
        Message changed = changed(part);
        return changed == part ? result : result.toBuilder().setField(field, changed).build();
    }

    private Message changedList(Message message, Message result, FieldDescriptor field) {
        Message.Builder builder = null;
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            Message part = (Message) message.getRepeatedField(field, i);
            Message changed = changed(part);
            if (changed != part) {
                builder = builder == null ? result.toBuilder() : builder;
                builder.setRepeatedField(field, i, changed);
            }
        }
        return builder == null ? result : builder.build();
    }
}
