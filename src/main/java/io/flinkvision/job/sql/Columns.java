package io.flinkvision.job.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The columns that a declaration may name, any of them in any order, and their values. Values are in Flink's internal
 * form.
 *
 * @param all in the order of messages
 */
record Columns<T>(List<Column<T>> all) {

    Columns {
        all = List.copyOf(all);
    }

    /** Makes the row, the array or the single value of a declared type. */
    interface Writer<T> extends Function<T, Optional<Object>> {}

    /**
     * A column.
     *
     * @param form its types, for messages
     * @param values its values in a declared type, which it checks
     */
    record Column<T>(String name, String form, Values<T> values) {}

    /** The values of a column. */
    @FunctionalInterface
    interface Values<T> {

        /**
         * @param path the column's name, with those of the columns that it is in
         * @throws IllegalArgumentException if it has no values of this type
         */
        Writer<T> in(LogicalType declared, String path);
    }

    static <T> Column<T> text(String name, Function<T, Optional<String>> value) {
        return column(name, "STRING", (declared, path) -> declared instanceof VarCharType text
                        && text.getLength() == VarCharType.MAX_LENGTH
                ? Optional.of(row -> value.apply(row).map(StringData::fromString))
                : Optional.empty());
    }

    static <T> Column<T> truth(String name, Function<T, Optional<Boolean>> value) {
        return column(name, "BOOLEAN", (declared, path) -> declared.is(LogicalTypeRoot.BOOLEAN)
                ? Optional.of(row -> value.apply(row).map(it -> it))
                : Optional.empty());
    }

    static <T> Column<T> whole(String name, Function<T, Optional<Integer>> value) {
        return column(name, "INT", (declared, path) -> declared.is(LogicalTypeRoot.INTEGER)
                ? Optional.of(row -> value.apply(row).map(it -> it))
                : Optional.empty());
    }

    /** A number with a fraction, as a FLOAT or as a DOUBLE. */
    static <T> Column<T> real(String name, Function<T, Optional<Number>> value) {
        return column(name, "FLOAT or DOUBLE", (declared, path) -> switch (declared.getTypeRoot()) {
            case FLOAT -> Optional.of(row -> value.apply(row).map(Number::floatValue));
            case DOUBLE -> Optional.of(row -> value.apply(row).map(Number::doubleValue));
            default -> Optional.empty();
        });
    }

    /** An array of rows, which have columns of their own. */
    static <T, E> Column<T> rows(String name, Columns<E> columns, Function<T, Optional<List<E>>> elements) {
        String form = "ARRAY<ROW<" + columns + ">>";
        return column(name, form, (declared, path) -> {
            if (!(declared instanceof ArrayType array) || !(array.getElementType() instanceof RowType row)) {
                return Optional.empty();
            }
            Function<E, RowData> writer = columns.in(row, path + ".");
            return Optional.of(value -> elements.apply(value).map(
                    list -> new GenericArrayData(list.stream().map(writer).toArray())));
        });
    }

    private interface Matching<T> {

        /** Empty if the type is not the column's. */
        Optional<Writer<T>> in(LogicalType declared, String path);
    }

    private static <T> Column<T> column(String name, String form, Matching<T> matching) {
        return new Column<>(name, form, (declared, path) -> matching.in(declared, path)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + path + "' must be " + form + ", not " + declared.asSummaryString())));
    }

    /**
     * The rows of a declared type.
     *
     * @param prefix of the columns' names in messages
     * @throws IllegalArgumentException if it names a column that is not among these, or gives one another type
     */
    Function<T, RowData> in(RowType declared, String prefix) {
        List<Writer<T>> writers = new ArrayList<>();
        for (RowType.RowField field : declared.getFields()) {
            String path = prefix + field.getName();
            Column<T> column = all.stream()
                    .filter(known -> known.name().equals(field.getName()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'" + path + "' is unknown; there may be, in any order: " + this));
            if (!field.getType().isNullable()) {
                throw new IllegalArgumentException("'" + path + "' is NOT NULL, but a picture that gets no label has"
                        + " NULL there; leave NOT NULL out");
            }
            writers.add(column.values().in(field.getType(), path));
        }
        return value -> {
            GenericRowData row = new GenericRowData(writers.size());
            for (int i = 0; i < writers.size(); i++) {
                row.setField(i, writers.get(i).apply(value).orElse(null));
            }
            return row;
        };
    }

    /** {@code label STRING, score FLOAT or DOUBLE}. */
    @Override
    public String toString() {
        return all.stream().map(column -> column.name() + " " + column.form()).collect(Collectors.joining(", "));
    }
}
