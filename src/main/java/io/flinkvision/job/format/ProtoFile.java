package io.flinkvision.job.format;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TimestampProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a {@code .proto} file, since the registry wants its text and Protobuf's library only reads what its compiler,
 * a program of its own, has made of it. It reads what this project's files have, and refuses anything else: messages in
 * messages, and fields with scalar types, messages and {@code Timestamp}.
 */
final class ProtoFile {

    private static final Pattern TOKEN = Pattern.compile("//[^\n]*|\"[^\"]*\"|[A-Za-z_.][A-Za-z0-9_.]*|[0-9]+|\\S");

    private static final Map<String, Type> SCALARS = Map.of(
            "string", Type.TYPE_STRING,
            "int32", Type.TYPE_INT32,
            "int64", Type.TYPE_INT64,
            "float", Type.TYPE_FLOAT,
            "double", Type.TYPE_DOUBLE,
            "bool", Type.TYPE_BOOL);

    private final Deque<String> tokens;

    private ProtoFile(Deque<String> tokens) {
        this.tokens = tokens;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it has anything that this reader does not know
     */
    static FileDescriptor parse(String text) {
        ProtoFile file = new ProtoFile(TOKEN.matcher(text).results()
                .map(MatchResult::group)
                .filter(token -> !token.startsWith("//"))
                .collect(Collectors.toCollection(ArrayDeque::new)));
        try {
            return FileDescriptor.buildFrom(file.file(), new FileDescriptor[] {TimestampProto.getDescriptor()});
        } catch (DescriptorValidationException e) {
            throw new IllegalArgumentException("The .proto file is invalid: " + e.getMessage(), e);
        }
    }

    private FileDescriptorProto file() {
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
        expect("syntax", "=", "\"proto3\"", ";");
        file.setSyntax("proto3");
        while (!tokens.isEmpty()) {
            String word = next();
            switch (word) {
                case "package" -> file.setPackage(next());
                case "import" -> file.addDependency(unquoted(next()));
                // They tell compilers what to name their classes.
                case "option" -> {
                    next();
                    expect("=");
                    next();
                }
                case "message" -> file.addMessageType(message());
                default -> throw unexpected(word);
            }
            if (!word.equals("message")) {
                expect(";");
            }
        }
        return file.build();
    }

    private DescriptorProto message() {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(next());
        expect("{");
        for (String word = next(); !word.equals("}"); word = next()) {
            switch (word) {
                case "message" -> message.addNestedType(message());
                case "reserved" -> skipReserved();
                case "repeated" -> message.addField(field(next()).setLabel(Label.LABEL_REPEATED));
                case "optional" -> {
                    FieldDescriptorProto.Builder field = field(next());
                    message.addField(field.setProto3Optional(true).setOneofIndex(message.getOneofDeclCount()));
                    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + field.getName()));
                }
                default -> message.addField(field(word));
            }
        }
        return message.build();
    }

    private FieldDescriptorProto.Builder field(String type) {
        FieldDescriptorProto.Builder field =
                FieldDescriptorProto.newBuilder().setName(next()).setLabel(Label.LABEL_OPTIONAL);
        expect("=");
        String number = next();
        if (!number.matches("[0-9]{1,9}")) {
            throw unexpected(number);
        }
        field.setNumber(Integer.parseInt(number));
        expect(";");
        Type scalar = SCALARS.get(type);
        return scalar == null
                ? field.setType(Type.TYPE_MESSAGE).setTypeName(type)
                : field.setType(scalar);
    }

    /** Reserved numbers are for compilers; the test of the released schemas watches over them here. */
    private void skipReserved() {
        while (!next().equals(";")) {
            // Numbers, names and commas
        }
    }

    private void expect(String... expected) {
        for (String token : expected) {
            String found = next();
            if (!found.equals(token)) {
                throw new IllegalArgumentException("The .proto file has " + found + " in place of " + token);
            }
        }
    }

    private String next() {
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("The .proto file ends in the middle of a declaration");
        }
        return tokens.remove();
    }

    private static String unquoted(String text) {
        return text.replace("\"", "");
    }

    private static IllegalArgumentException unexpected(String token) {
        return new IllegalArgumentException("The .proto file has " + token + ", which this reader does not know");
    }
}
