package io.flinkvision.tools.discover;

import io.flinkvision.core.camera.CameraHttpClient;
import io.flinkvision.core.camera.HttpChallenge;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * SOAP 1.2 by HTTP with one device. It logs in by UsernameToken or, if the device asks so, by HTTP Digest; never by
 * HTTP Basic, which would give the password to everything that answers a probe. Redirects and proxies are not used.
 */
final class SoapConnection {

    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(1500);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final Optional<Login> login;
    private final TimeLimit limit;
    private Duration clockOffset = Duration.ZERO;
    private boolean wantsHttpDigest;

    private static final class Shared {

        static final HttpClient CLIENT = CameraHttpClient.create(Map.of(), CONNECT_TIMEOUT);
        static final SecureRandom RANDOM = new SecureRandom();
    }

    SoapConnection(Optional<Login> login, TimeLimit limit) {
        this.login = login;
        this.limit = limit;
    }

    /** Sets how far the device's clock is ahead of this machine's one. */
    void setClockOffset(Duration offset) {
        clockOffset = offset;
    }

    /**
     * Calls an operation.
     *
     * @param service the address of the service
     * @param namespace of the operation
     * @param operation its name
     * @param content XML inside the operation's element, whose prefix {@code t} is ONVIF's schema
     * @return the envelope
     * @throws LoginNeededException if the device wants a login, or another one
     * @throws IOException if it cannot be reached, or answers something else
     */
    DeviceXml call(URI service, String namespace, String operation, String content) throws IOException {
        HttpResponse<byte[]> response = send(service, namespace, operation, content, Optional.empty());
        if (response.statusCode() == UNAUTHORIZED && login.isPresent()) {
            Optional<HttpChallenge> challenge =
                    HttpChallenge.strongest(response.headers().allValues("WWW-Authenticate"));
            if (challenge.isPresent() && !challenge.get().isClearText()) {
                wantsHttpDigest = true;
                response = send(service, namespace, operation, content,
                        Optional.of(answer(challenge.get(), login.get(), service)));
            }
        }
        if (response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN) {
            throw loginNeeded();
        }
        return envelope(response, operation);
    }

    private DeviceXml envelope(HttpResponse<byte[]> response, String operation) throws IOException {
        int status = response.statusCode();
        if (status != OK && response.body().length == 0) {
            throw new IOException("it answers " + operation + " with the HTTP status " + status);
        }
        DeviceXml envelope = DeviceXml.parse(response.body());
        Optional<DeviceXml> fault = envelope.first("Fault");
        if (fault.isPresent()) {
            String text = fault.get().text();
            if (text.contains("NotAuthorized") || text.contains("FailedAuthentication")
                    || text.contains("time check failed")) {
                throw loginNeeded();
            }
            throw new IOException("it refuses " + operation + ": " + text.replaceAll("\\s+", " "));
        }
        if (status != OK) {
            throw new IOException("it answers " + operation + " with the HTTP status " + status);
        }
        return envelope;
    }

    private LoginNeededException loginNeeded() {
        return new LoginNeededException(login.isPresent()
                ? "ONVIF refuses the user or the password" : "ONVIF wants a login");
    }

    private HttpResponse<byte[]> send(URI service, String namespace, String operation, String content,
            Optional<String> authorization) throws IOException {
        String token = wantsHttpDigest ? "" : login
                .map(known -> UsernameToken.header(known, Instant.now().plus(clockOffset)))
                .orElse("");
        String envelope = """
                <?xml version="1.0" encoding="UTF-8"?>
                <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>%s</s:Header><s:Body>\
                <o:%s xmlns:o="%s" xmlns:t="http://www.onvif.org/ver10/schema">%s</o:%s></s:Body></s:Envelope>
                """.formatted(token, operation, namespace, content, operation);
        HttpRequest.Builder request = HttpRequest.newBuilder(service)
                .header("Content-Type", "application/soap+xml; charset=utf-8; action=\"" + namespace + "/" + operation
                        + "\"")
                .header("User-Agent", "flink-vision")
                .POST(BodyPublishers.ofString(envelope, StandardCharsets.UTF_8));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return answer(request.build());
    }

    private HttpResponse<byte[]> answer(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                Shared.CLIENT.sendAsync(request, information -> new LimitedBody());
        try {
            return answer.get(limit.millis(ANSWER_TIMEOUT), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new InterruptedIOException("it does not answer in time");
        } catch (ExecutionException e) {
            String message = e.getCause().getMessage();
            throw new IOException(message == null ? "nothing answers at " + request.uri() : message, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    private static String answer(HttpChallenge challenge, Login login, URI service) {
        byte[] nonce = new byte[8];
        Shared.RANDOM.nextBytes(nonce);
        String path = service.getRawPath().isEmpty() ? "/" : service.getRawPath();
        return challenge.answer("POST", login.user(), login.password(),
                service.getRawQuery() == null ? path : path + "?" + service.getRawQuery(),
                HexFormat.of().formatHex(nonce));
    }

    /** Text for XML. */
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
