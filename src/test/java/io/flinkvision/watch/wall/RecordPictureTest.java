package io.flinkvision.watch.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.image.DecodeLimits;
import io.flinkvision.image.ThumbnailMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordPictureTest {

    private static final Path PICTURE = Path.of("conf/models/triage/images/meal_1.jpg");

    @Test
    void aPictureInBase64OrJsonIsShown() throws IOException {
        String text = Base64.getEncoder().encodeToString(Files.readAllBytes(PICTURE));

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

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("images", 0, 0, null, value);
    }

    private static boolean hasThumbnail(ConsumerRecord<byte[], byte[]> record) {
        try (ThumbnailMaker maker = new ThumbnailMaker(DecodeLimits.DEFAULTS, 320)) {
            return RecordPicture.thumbnail(record, maker).isPresent();
        }
    }
}
