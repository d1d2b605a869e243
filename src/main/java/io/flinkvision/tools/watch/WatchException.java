package io.flinkvision.tools.watch;

import io.flinkvision.job.kafka.ClientFailure;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A topic cannot be read or written any longer; the message says why, and what to do. */
public final class WatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WatchException(String message) {
        super(message);
    }

    public WatchException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a failure that no patience mends means to the person who reads a topic. */
    public static WatchException reading(String topic, Throwable reason) {
        if (reason instanceof UnknownTopicOrPartitionException) {
            return new WatchException("Topic " + topic + " does not exist: create it, or name another one with --topic",
                    reason);
        }
        if (reason instanceof AuthorizationException || reason instanceof AuthenticationException) {
            return new WatchException("Topic " + topic + " may not be read: the Kafka brokers "
                    + ClientFailure.of(reason), reason);
        }
        if (reason instanceof TimeoutException) {
            return new WatchException("The Kafka brokers do not answer: is the address right, and is a broker running"
                    + " there? (" + reason.getMessage() + ")", reason);
        }
        String message = reason.getCause() == null ? reason.getMessage() : reason.getCause().getMessage();
        return new WatchException("Topic " + topic + " cannot be read: " + message, reason);
    }
}
