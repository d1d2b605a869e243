package io.flinkvision.job.sql;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.record.RegionKey;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;

/**
 * A valid {@code CREATE MODEL}.
 *
 * @param settings of the model
 * @param topK maximum number of labels, at least 1
 * @param output the columns that it was declared to have
 */
record ModelDeclaration(ModelSettings settings, int topK, RowType output) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** A shorter one would end healthy processes at a large picture or at the first one. */
    private static final Duration MIN_DEADLINE = Duration.ofSeconds(1);

    ModelDeclaration {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(output, "output");
    }

    /**
     * Checks a declaration.
     *
     * @param name of the model
     * @throws IllegalArgumentException that names the option or column which is wrong
     */
    static ModelDeclaration of(String name, ReadableConfig options, ResolvedCatalogModel model) {
        requireOnePicture(row(model.getResolvedInputSchema()));
        RowType output = row(model.getResolvedOutputSchema());
        try {
            ModelOutput.COLUMNS.in(output, "");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("in OUTPUT " + e.getMessage(), e);
        }
        return new ModelDeclaration(settings(name, options, output), parsed(options, ModelOptions.TOP_K, topK -> {
            if (topK < 1) {
                throw new IllegalArgumentException("must be at least 1, not " + topK);
            }
            return topK;
        }).orElseThrow(), output);
    }

    private static RowType row(ResolvedSchema schema) {
        return (RowType) schema.toPhysicalRowDataType().getLogicalType();
    }

    private static void requireOnePicture(RowType input) {
        if (input.getFieldCount() != 1) {
            throw new IllegalArgumentException("INPUT must be one column of type BYTES, the picture, not "
                    + input.getFieldCount() + " columns: " + input.getFieldNames());
        }
        LogicalType picture = input.getTypeAt(0);
        if (!picture.is(LogicalTypeFamily.BINARY_STRING)) {
            throw new IllegalArgumentException("in INPUT '" + input.getFieldNames().get(0) + "' must be BYTES, the"
                    + " whole file of a picture, not " + picture.asSummaryString());
        }
    }

    private static ModelSettings settings(String name, ReadableConfig options, RowType output) {
        ModelFile bundle = parsed(options, ModelOptions.BUNDLE, ModelFile::of).orElseThrow();
        Optional<ModelFile> head = parsed(options, ModelOptions.HEAD, ModelFile::of);
        return new ModelSettings(name, bundle, question(options, head, output),
                Set.copyOf(options.get(ModelOptions.FORMATS)),
                new GuardSettings(
                        options.get(ModelOptions.CRASH_GUARD_ENABLED),
                        parsed(options, ModelOptions.CRASH_GUARD_FOLDER, ModelDeclaration::notesPlace)
                                .orElseGet(NotesPlace.TemporaryFiles::new),
                        GuardSettings.jobOfModel(
                                List.of(name, bundle.toString(), head.map(ModelFile::toString).orElse(""))),
                        parsed(options, ModelOptions.CRASH_GUARD_DEADLINE, ModelDeclaration::deadline).orElseThrow()));
    }

    private static Question question(ReadableConfig options, Optional<ModelFile> head, RowType output) {
        Optional<RegionBox> region = parsed(options, ModelOptions.REGION, RegionBox::parse);
        SortedMap<String, RegionBox> regions = parsed(options, ModelOptions.REGIONS, ModelDeclaration::boxes)
                .orElseGet(TreeMap::new);
        List<String> columns = output.getFieldNames();
        boolean hasRegions = columns.contains(ModelOutput.REGIONS);
        if (hasRegions == regions.isEmpty()) {
            throw new IllegalArgumentException(hasRegions
                    ? "in OUTPUT 'regions' needs a region: 'regions.NAME' = 'x,y,width,height'"
                    : "it has regions " + regions.keySet() + ", but OUTPUT has no column 'regions' for them");
        }
        if (head.isEmpty()) {
            columns.stream().filter(ModelOutput.OF_HEAD::contains).findFirst().ifPresent(column -> {
                throw new IllegalArgumentException("in OUTPUT '" + column + "' needs the option 'head', since only"
                        + " heads know what is unlike all that they were taught");
            });
        }
        boolean isAboutPicture = !hasRegions || columns.stream().anyMatch(ModelOutput.OF_PICTURE::contains);
        // Heads are taught on boxes stretched to the network's square, and so is the box that is all of a picture.
        View view = head.isEmpty() && region.isEmpty()
                ? View.WHOLE
                : new View.Region(region.orElse(RegionBox.WHOLE));
        return new Question(head.<LabelSource>map(LabelSource.OfHead::new).orElseGet(LabelSource.Classes::new), view,
                isAboutPicture, regions);
    }

    private static SortedMap<String, RegionBox> boxes(Map<String, String> regions) {
        SortedMap<String, RegionBox> boxes = new TreeMap<>();
        regions.forEach((name, box) -> {
            try {
                boxes.put(new RegionKey(RegionKey.ALL_CAMERAS, name).region(), RegionBox.parse(box));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + name + "': " + e.getMessage(), e);
            }
        });
        return boxes;
    }

    private static NotesPlace notesPlace(String folder) {
        if (!folder.startsWith("/") && !Path.of(folder).isAbsolute()) {
            throw new IllegalArgumentException("must be an absolute path on the TaskManagers, not '" + folder + "'");
        }
        return new NotesPlace.Chosen(folder);
    }

    private static Duration deadline(Duration deadline) {
        if (!deadline.isZero() && deadline.compareTo(MIN_DEADLINE) < 0) {
            throw new IllegalArgumentException("must be at least 1 s, or 0 s for no deadline, not "
                    + deadline.toMillis() + " ms");
        }
        return deadline;
    }

    /** The value of an option as what it means; what is wrong with it is named after the option. */
    private static <V, T> Optional<T> parsed(ReadableConfig options, ConfigOption<V> option, Function<V, T> meaning) {
        return options.getOptional(option)
                .or(() -> option.hasDefaultValue() ? Optional.of(option.defaultValue()) : Optional.empty())
                .map(value -> {
                    try {
                        return meaning.apply(value);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("option '" + option.key() + "' " + e.getMessage(), e);
                    }
                });
    }
}
