package io.flinkvision;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A program that logs, as a process of Flink does. */
final class LogSample {

    static final String MESSAGE = "line one\nline \"two\" \\ with \u0001 and \u00fc, \u001b[2J, \u009b31m and \u202e";

    static final String REASON = "a \"broken\"\tthing \u001b]52;c;eA==\u0007";

    private LogSample() {}

    public static void main(String[] arguments) {
        MDC.put("flink-job-id", "0a1b");
        MDC.put("job", "the \"night\" watch");
        MDC.put("subtask", "2/4");
        MDC.put("operator", "decode");
        Logger log = LoggerFactory.getLogger("io.flinkvision.job.operator.DecodeFunction");
        log.debug("not shown");
        log.info(MESSAGE);
        MDC.clear();
        log.warn("trouble", new IllegalStateException(REASON));
        LoggerFactory.getLogger("org.apache.kafka.clients.consumer.ConsumerConfig").info("not shown");
    }
}
