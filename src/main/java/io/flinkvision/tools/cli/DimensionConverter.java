package io.flinkvision.tools.cli;

import io.flinkvision.tools.bench.Dimension;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a dimension. */
final class DimensionConverter implements ITypeConverter<Dimension> {

    @Override
    public Dimension convert(String text) {
        try {
            return Dimension.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
