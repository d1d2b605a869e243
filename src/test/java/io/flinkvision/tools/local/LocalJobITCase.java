package io.flinkvision.tools.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.pipeline.JobOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LocalJobITCase {

    private static final int LARGEST_PICTURE = 20 << 20;

    private static LocalJob job;

    @BeforeAll
    static void startJob() throws IOException {
        job = LocalJob.start(
                new LocalJob.Settings(
                        JobHarness.JOB_FILE, Optional.empty(), Optional.empty(), Optional.empty(), 1),
                LARGEST_PICTURE, step -> {});
    }

    @AfterAll
    static void stopJob() {
        if (job != null) {
            job.close();
        }
    }

    @Test
    void theBrokerReadsNoRequestOfAGigabyteSuchAsThatOfABrowser() throws IOException {
        String[] address = broker().split(":");
        try (Socket browser = new Socket(address[0], Integer.parseInt(address[1]))) {
            browser.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            // It would wait for the rest of 0x47455420 bytes.
            browser.setSoTimeout(30_000);
            assertThat(browser.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void theBrokerTakesTheLargestPicture() throws Exception {
        Map<String, Object> properties = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * LARGEST_PICTURE,
                // A broker that refuses a request closes the connection, and the client tries again.
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThat(producer.send(new ProducerRecord<>(job.definition().get(JobOptions.SOURCE_TOPICS).get(0),
                    new byte[LARGEST_PICTURE])).get().serializedValueSize()).isEqualTo(LARGEST_PICTURE);
        }
    }

    private static String broker() {
        return job.definition().get(JobOptions.SOURCE_BOOTSTRAP_SERVERS).get(0);
    }
}
