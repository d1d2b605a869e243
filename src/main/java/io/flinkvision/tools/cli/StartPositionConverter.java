package io.flinkvision.tools.cli;

import io.flinkvision.tools.watch.StartPosition;
import java.time.Instant;
import java.time.ZoneId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --since}. */
final class StartPositionConverter implements ITypeConverter<StartPosition> {

    @Override
    public StartPosition convert(String text) {
        try {
            return StartPosition.parse(text, Instant.now(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
