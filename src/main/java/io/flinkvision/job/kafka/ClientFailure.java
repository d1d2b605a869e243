package io.flinkvision.job.kafka;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Explains failures of Kafka clients. */
public final class ClientFailure {

    private ClientFailure() {}

    /**
     * The cause and the remedy, as the end of a sentence whose subject is the brokers.
     *
     * @param failure of a client or one of its futures
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
                    + " right, and does the user exist there?";
        }
        if (reason instanceof AuthorizationException) {
            return "do not allow that (" + reason.getMessage() + "): SECURITY.md lists the ACLs that are needed";
        }
        String message = reason instanceof KafkaException ? innermost(reason) : String.valueOf(reason.getMessage());
        return "cannot be asked: " + message;
    }

    private static String tls(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("certification path") || lower.contains("path building") || lower.contains("path validat")) {
            return "present a certificate that is not trusted here (" + message + "): is its authority's certificate in"
                    + " ssl.truststore.location?";
        }
        if (lower.contains("no subject alternative") || lower.contains("no name matching")) {
            return "present a certificate for another host (" + message + "): does the certificate name this"
                    + " address?";
        }
        if (lower.contains("received fatal alert")) {
            return "refuse the certificate of this client, or its absence (" + message + "): does ssl.keystore.location"
                    + " have one that they trust?";
        }
        return "cannot be reached by TLS: " + message;
    }

    /**
     * The message of the innermost cause that has one, since Kafka's outer ones only say that something failed. Without
     * the values of properties, which may be passwords.
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
