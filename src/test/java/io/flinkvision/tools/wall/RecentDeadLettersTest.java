package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.tools.wall.RecentDeadLetters.PictureState;
import io.flinkvision.tools.wall.RecentDeadLetters.View;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecentDeadLettersTest {

    private static final long WRITTEN = 1_767_268_800_301L;

    private long now = WRITTEN + 1_000_000;
    private final RecentDeadLetters letters = new RecentDeadLetters(() -> Instant.ofEpochMilli(now));

    @Test
    void saysWhatTheHeadersSay() {
        ConsumerRecord<byte[], byte[]> record = record(3, new byte[] {1});
        record.headers().add("error-code", "CORRUPT".getBytes(UTF_8));
        record.headers().add("error-message", "It is broken".getBytes(UTF_8));
        record.headers().add("source-topic", "images".getBytes(UTF_8));
        record.headers().add("source-partition", "1".getBytes(UTF_8));
        record.headers().add("source-offset", "7".getBytes(UTF_8));
        letters.add(record);

        assertThat(letters.view()).containsExactly(new View(1, Optional.of("gate"), "CORRUPT", "It is broken",
                Optional.of("images-1-7"), WRITTEN, PictureState.UNKNOWN));
    }

    @Test
    void copesWithRecordsThatSayNothing() {
        letters.add(record(3, null));

        View letter = letters.view().get(0);
        assertThat(letter.code()).isEmpty();
        assertThat(letter.source()).isEmpty();
        assertThat(letter.picture()).isEqualTo(PictureState.NONE);
        assertThat(letters.wanted(10)).isEmpty();
    }

    @Test
    void keepsTheLastOnesAndCountsAll() {
        for (int i = 0; i < 250; i++) {
            letters.add(record(i, new byte[] {1}));
        }

        assertThat(letters.count()).isEqualTo(250);
        assertThat(letters.view()).hasSize(200).first().extracting(View::number).isEqualTo(250L);
    }

    @Test
    void wantsPicturesOfTheNewestFirstWhileSomebodyLooks() {
        letters.add(record(5, new byte[] {1}));
        letters.add(record(6, new byte[] {1}));
        assertThat(letters.wanted(10)).isEmpty();

        letters.view();
        List<PictureFetcher.Request> requests = letters.wanted(10);
        assertThat(requests).extracting(request -> request.record().toString())
                .containsExactly("dead-letters-0-6", "dead-letters-0-5");
        letters.answer(requests.get(0), Optional.of(new Thumbnail(new byte[] {9}, 1, 1)));
        letters.answer(requests.get(1), Optional.empty());

        assertThat(letters.wanted(10)).isEmpty();
        assertThat(letters.view()).extracting(View::picture).containsExactly(PictureState.SHOWN, PictureState.NONE);
        assertThat(letters.picture(2)).hasValue(new byte[] {9});
        assertThat(letters.picture(1)).isEmpty();
    }

    @Test
    void wantsNothingLongAfterSomebodyLooked() {
        letters.add(record(5, new byte[] {1}));
        letters.view();
        now += 10_001;

        assertThat(letters.wanted(10)).isEmpty();
    }

    @Test
    void takesNoTimeThatAPageCannotShow() {
        letters.add(record(1, null, Long.MIN_VALUE));
        letters.add(record(2, null, Long.MAX_VALUE));

        assertThat(letters.view()).extracting(View::at)
                .containsExactly(now, Instant.parse("2000-01-01T00:00:00Z").toEpochMilli());
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return record(offset, value, WRITTEN);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value, long written) {
        return new ConsumerRecord<>("dead-letters", 0, offset, written, TimestampType.CREATE_TIME, 0, 0,
                "gate".getBytes(UTF_8), value, new RecordHeaders(), Optional.empty());
    }
}
