package io.flinkvision;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a logger of Log4j says while this is open, from a level on; nothing of it goes to the tests' own log. */
public final class RecordedLog extends AbstractAppender implements AutoCloseable {

    private final Logger logger;
    private final Level level;
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();

    public RecordedLog(String name, Level level) {
        super("recorded-" + name, null, null, true, Property.EMPTY_ARRAY);
        this.logger = (Logger) LogManager.getLogger(name);
        this.level = logger.getLevel();
        start();
        logger.addAppender(this);
        logger.setAdditive(false);
        logger.setLevel(level);
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
        logger.removeAppender(this);
        logger.setAdditive(true);
        logger.setLevel(level);
        stop();
    }
}
