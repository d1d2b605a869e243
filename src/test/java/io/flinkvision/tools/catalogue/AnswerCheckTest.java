package io.flinkvision.tools.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void understandsHowLongAServerAsksToBeLeftAlone() {
        assertThat(AnswerCheck.retryAfter(answer("Retry-After", "120"), NOON)).contains(Duration.ofMinutes(2));
        assertThat(AnswerCheck.retryAfter(answer("Retry-After", "Sun, 1 Mar 2026 12:00:30 GMT"), NOON))
                .contains(Duration.ofSeconds(30));
        assertThat(AnswerCheck.retryAfter(answer("Retry-After", "Sun, 1 Mar 2026 11:00:00 GMT"), NOON))
                .contains(Duration.ZERO);
        assertThat(AnswerCheck.retryAfter(answer("Retry-After", "soon"), NOON)).isEmpty();
        assertThat(AnswerCheck.retryAfter(answer("Server", "x"), NOON)).isEmpty();
    }

    @Test
    void readsWhereAPartStarts() {
        assertThat(AnswerCheck.rangeStart(answer("Content-Range", "bytes 5-9/10"))).contains(5L);
        assertThat(AnswerCheck.rangeStart(answer("Content-Range", "bytes 5-9/*"))).contains(5L);
        assertThat(AnswerCheck.rangeStart(answer("Content-Range", "bytes */10"))).isEmpty();
        assertThat(AnswerCheck.rangeStart(answer("Server", "x"))).isEmpty();
    }

    private static HttpTransfer.Answer answer(String name, String value) {
        return new HttpTransfer.Answer(URI.create("https://a.example/x"), 200,
                HttpHeaders.of(Map.of(name, List.of(value)), (header, text) -> true), new ResponseBody());
    }
}
