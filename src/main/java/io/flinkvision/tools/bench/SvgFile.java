package io.flinkvision.tools.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes charts. */
public final class SvgFile {

    /** Letters are drawn as outlines, whose digits beyond a tenth of a pixel would be half of the file. */
    private static final Pattern DIGITS = Pattern.compile("([0-9]+\\.[0-9])[0-9]+");

    private SvgFile() {}

    /** Writes a chart as SVG. */
    public static void write(Chart<?, ?> chart, Path file) throws IOException {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
        Files.writeString(file, DIGITS.matcher(svg.toString(UTF_8)).replaceAll("$1"));
    }
}
