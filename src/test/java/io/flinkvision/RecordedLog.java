package io.flinkvision;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What a logger of Log4j says while this is open, from a level on; nothing of it goes to the tests' own log. */
public final class RecordedLog extends AbstractAppender implements AutoCloseable {

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final String logger;
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();

    /**
     * @param logger whose lines, and those of the loggers below it, are recorded
     */
    public RecordedLog(String logger, Level level) {
        super("recorded-" + logger, null, null, true, Property.EMPTY_ARRAY);
        this.logger = logger;
        start();
        LoggerConfig recording = new LoggerConfig(logger, level, false);
        recording.addAppender(this, level, null);
        context.getConfiguration().addLogger(logger, recording);
        context.updateLoggers();
    }

    @Override
    public void append(LogEvent event) {
        events.add(event.toImmutable());
    }

    public List<LogEvent> events() {
        return List.copyOf(events);
    }

    /** The messages, without anything around them. */
    public List<String> messages() {
        return events.stream().map(event -> event.getMessage().getFormattedMessage()).toList();
    }

    @Override
    public void close() {
        context.getConfiguration().removeLogger(logger);
        context.updateLoggers();
        stop();
    }
}
