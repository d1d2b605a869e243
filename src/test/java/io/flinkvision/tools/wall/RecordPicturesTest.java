package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordPicturesTest {

    private static final WatchedJob JOB = new WatchedJob("images"::equals, "labels", "dead-letters", Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty(), DecodeLimits.DEFAULTS, Duration.ofSeconds(10),
            new Properties(), new Properties());

    @Test
    void decodesOnePictureAtATime() throws Exception {
        CompletableFuture<Optional<Thumbnail>> made = new CompletableFuture<>();
        try (RecordPictures pictures = new RecordPictures(JOB.pictureLimits())) {
            Thread other = new Thread(
                    () -> made.complete(pictures.thumbnail(record(SamplePictures.drawn(640, 480, 1)))));
            // As a thread does that decodes.
            synchronized (pictures) {
                other.start();
                Waiting.until("the other thread waits", () -> other.getState() == Thread.State.BLOCKED);
                assertThat(made).isNotDone();
            }
            assertThat(made.get(30, TimeUnit.SECONDS)).hasValueSatisfying(
                    thumbnail -> assertThat(thumbnail.width()).isEqualTo(320));
        }
    }

    @Test
    void decodesNoPictureOfMoreThan24MegapixelsWhateverTheJobAllows() {
        assertThat(DecodeLimits.DEFAULTS.maxPixels()).isEqualTo(64_000_000);
        try (RecordPictures pictures = new RecordPictures(JOB.pictureLimits())) {
            assertThat(pictures.thumbnail(record(SamplePictures.drawn(6000, 4000, 1)))).isPresent();
            assertThat(pictures.thumbnail(record(SamplePictures.drawn(6001, 4000, 1)))).isEmpty();
        }
    }

    @Test
    void keepsTheJobsLimitWhereItIsLower() {
        DecodeLimits low = new DecodeLimits(1 << 20, 1_000_000, 1_000, DecodeLimits.DEFAULTS.formats(),
                DecodeLimits.DEFAULTS.truncation());
        WatchedJob job = new WatchedJob(JOB.inputTopics(), JOB.labels(), JOB.deadLetters(), JOB.events(), JOB.states(),
                JOB.pictures(), JOB.comparisons(), low, JOB.checkpointInterval(), JOB.input(), JOB.output());

        assertThat(job.pictureLimits()).isEqualTo(low.acceptingTruncation());
    }

    @Test
    void showsNothingAfterItsEnd() {
        RecordPictures pictures = new RecordPictures(JOB.pictureLimits());
        assertThat(pictures.thumbnail(record(SamplePictures.drawn(64, 48, 1)))).isPresent();

        pictures.close();
        pictures.close();

        assertThat(pictures.thumbnail(record(SamplePictures.drawn(64, 48, 1)))).isEmpty();
    }

    @Test
    void aPictureInBase64OrJsonIsShown() throws IOException {
        String text = Base64.getEncoder().encodeToString(
                Files.readAllBytes(Path.of("conf/models/triage/images/meal_1.jpg")));

        assertThat(hasThumbnail(record(text.getBytes(UTF_8)))).isTrue();
        assertThat(hasThumbnail(record(("{\"image\": \"" + text + "\"}").getBytes(UTF_8)))).isTrue();
        assertThat(hasThumbnail(record("{\"image\": 7}".getBytes(UTF_8)))).isFalse();
    }

    @Test
    void headersAreReadInUpperCaseToo() {
        ConsumerRecord<byte[], byte[]> pixels = record(new byte[32 * 32]);
        pixels.headers().add("Content-Type", "image/x-raw".getBytes(UTF_8)).add("Width", "32".getBytes(UTF_8))
                .add("HEIGHT", "32".getBytes(UTF_8)).add("Format", "gray8".getBytes(UTF_8));

        assertThat(hasThumbnail(pixels)).isTrue();
    }

    private static boolean hasThumbnail(ConsumerRecord<byte[], byte[]> record) {
        try (RecordPictures pictures = new RecordPictures(DecodeLimits.DEFAULTS)) {
            return pictures.thumbnail(record).isPresent();
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] picture) {
        return new ConsumerRecord<>("images", 0, 0, null, picture);
    }
}
