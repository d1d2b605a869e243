package io.flinkvision.tools.catalogue;

import io.flinkvision.tools.catalogue.HttpTransfer.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server's answer says about the file, before a byte of it is read (RFC 9110, sections 10, 14 and 15). */
final class AnswerCheck {

    static final int OK = 200;

    private static final int PARTIAL_CONTENT = 206;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    private AnswerCheck() {}

    /**
     * Returns if a file comes, whole or in part.
     *
     * @throws TransientFailure if one may come later
     * @throws DownloadException if none will
     */
    static void requireFile(Answer answer) throws TransientFailure {
        String host = answer.address().getHost();
        int status = answer.status();
        if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= FIRST_SERVER_ERROR) {
            throw new TransientFailure(host + " answered " + status, retryAfter(answer, Instant.now()));
        }
        if (status == PROXY_AUTHENTICATION_REQUIRED) {
            throw proxyWantsLogin();
        }
        if (status != OK && status != PARTIAL_CONTENT && status != RANGE_NOT_SATISFIABLE) {
            String meaning = switch (status) {
                case 401, 403 -> "it does not give the file to everybody";
                case 404, 410 -> "the file is not there, or no longer";
                default -> "which is no file";
            };
            throw new DownloadException(answer.address() + ": " + host + " answered " + status + ", " + meaning);
        }
        if (answer.headers().firstValue("Content-Type").filter(type -> type.startsWith("text/html")).isPresent()) {
            throw webPage(answer.address());
        }
    }

    static DownloadException proxyWantsLogin() {
        return new DownloadException("The proxy wants a name and a password, or others than it got:"
                + " set https_proxy=http://NAME:PASSWORD@HOST:PORT");
    }

    static DownloadException webPage(URI address) {
        return new DownloadException(address + " gave a web page instead of the file, as proxies and log-in pages do;"
                + " open it in a browser to see what it wants");
    }

    /** How long the server asks to be left alone: seconds, or until a date. */
    static Optional<Duration> retryAfter(Answer answer, Instant now) {
        return answer.headers().firstValue("Retry-After").flatMap(text -> {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
                return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        });
    }

    /** The first byte of a part. */
    static Optional<Long> rangeStart(Answer answer) {
        return answer.headers().firstValue("Content-Range").map(CONTENT_RANGE::matcher).filter(Matcher::matches)
                .map(range -> Long.parseLong(range.group(1)));
    }

    /**
     * The whole file's bytes, where the server tells them.
     *
     * @param present those that do not come any more
     */
    static OptionalLong length(Answer answer, long present) {
        OptionalLong coming = answer.headers().firstValueAsLong("Content-Length");
        return coming.isPresent() ? OptionalLong.of(present + coming.getAsLong()) : coming;
    }
}
