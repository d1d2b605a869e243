package io.flinkvision.tools.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.record.PrintableText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines of {@code teach.log}: time, user and change, with tabs between. */
final class TeachLog {

    static final String NAME = "teach.log";

    private static final Logger LOG = LoggerFactory.getLogger(TeachLog.class);
    private static final int MAX_FIELD_LENGTH = 500;

    private final Path file;
    private final long maxBytes;
    private final InstantSource clock;

    /** @param maxBytes of the file; then it gets the ending {@code .1}, in place of the one before */
    TeachLog(Path folder, long maxBytes, InstantSource clock) {
        this.file = folder.resolve(NAME);
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** Does not fail: what was changed is changed, and no less so without a line about it. */
    synchronized void add(String who, String what) {
        try {
            if (Files.exists(file) && Files.size(file) > maxBytes) {
                Files.move(file, file.resolveSibling(NAME + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            String line = clock.instant().truncatedTo(ChronoUnit.SECONDS) + "\t"
                    + PrintableText.escaped(who, MAX_FIELD_LENGTH) + "\t"
                    + PrintableText.escaped(what, MAX_FIELD_LENGTH) + "\n";
            Files.write(file, line.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", file, e.toString());
        }
    }
}
