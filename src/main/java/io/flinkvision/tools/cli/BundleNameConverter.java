package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a bundle in {@code conf/models}. */
final class BundleNameConverter implements ITypeConverter<BundleName> {

    @Override
    public BundleName convert(String text) {
        try {
            return new BundleName(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
