package io.flinkvision.job.kafka;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/** What a failure of a Kafka client means to the person who reads of it. */
public final class ClientFailure {

    private ClientFailure() {}

    /**
     * What happened to the brokers, and what to do: the end of a sentence that begins with them.
     *
     * @param failure a client's, or that of one of its futures
     */
    public static String of(Throwable failure) {
        Throwable reason = failure instanceof ExecutionException ? failure.getCause() : failure;
        if (reason instanceof TimeoutException) {
            return "did not answer in time: is the address right, and is a broker running there? The"
                    + " security.protocol must be that of the listener at this address";
        }
        if (reason instanceof SslAuthenticationException) {
            return tls(innermost(reason));
        }
        if (reason instanceof AuthenticationException) {
            return "refuse the login (" + reason.getMessage() + "): are the user, the password and the sasl.mechanism"
                    + " right, and has the user been made there?";
        }
        if (reason instanceof AuthorizationException) {
            return "do not allow that (" + reason.getMessage() + "): which ACLs are needed, SECURITY.md lists";
        }
        String message = reason instanceof KafkaException ? innermost(reason) : String.valueOf(reason.getMessage());
        return "cannot be asked: " + message;
    }

    private static String tls(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("certification path") || lower.contains("path building") || lower.contains("path validat")) {
            return "show a certificate that is not trusted here (" + message + "): is that of its authority in"
                    + " ssl.truststore.location?";
        }
        if (lower.contains("no subject alternative") || lower.contains("no name matching")) {
            return "show a certificate for another host (" + message + "): is the address one that the certificate"
                    + " names?";
        }
        if (lower.contains("received fatal alert")) {
            return "refuse the certificate of this client, or its lack (" + message + "): does ssl.keystore.location"
                    + " have one that they trust?";
        }
        return "cannot be reached by TLS: " + message;
    }

    /**
     * The message of the last cause that has one: Kafka's own says no more than that something failed. The value of a
     * property, which may be a password, is left out.
     */
    private static String innermost(Throwable failure) {
        String message = failure.toString();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                message = cause instanceof ConfigException
                        ? PropertyCheck.withoutValue(cause.getMessage())
                        : cause.getMessage();
            }
        }
        return message;
    }
}
