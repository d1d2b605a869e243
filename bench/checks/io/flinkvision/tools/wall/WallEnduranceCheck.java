package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.inference.Label;
import io.flinkvision.tools.local.KafkaBroker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * Checks that the wall keeps up with a hundred cameras of five pictures per second, without growing in memory:
 * {@code bench/run wall -Dwall.minutes=60}.
 */
@EnabledIf(value = "io.flinkvision.tools.wall.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class WallEnduranceCheck {

    private static final int CAMERAS = 100;
    private static final int PICTURES_A_SECOND = 5;
    private static final int MINUTES = Integer.getInteger("wall.minutes", 5);
    private static final long GROWTH_BYTES = 32 << 20;
    private static final long MOST_AGE_MILLIS = 2000;

    /** How many tiles there are, the greatest age of one in milliseconds, and the pictures that can be seen. */
    private static final String LOOK = """
            const ages = [...document.querySelectorAll("#tiles .age")].map((age) => parseFloat(age.textContent) * 1000);
            const seen = [...document.querySelectorAll("#tiles img")]
              .filter((image) => image.getBoundingClientRect().bottom < innerHeight && image.naturalWidth > 0);
            return [ages.length, Math.max(...ages), seen.map((image) => image.src)];""";

    @TempDir
    private static Path profile;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Test
    void keepsUpWithAHundredCamerasInLevelMemory() {
        List<byte[]> pictures = Stream.of("meal_1.jpg", "other_2.jpg", "report_1.jpg")
                .map(SamplePictures::photograph)
                .toList();
        ScheduledExecutorService cameras = Executors.newScheduledThreadPool(1);
        try (KafkaBroker broker = KafkaBroker.start(
                        Map.of("log.retention.bytes", "268435456", "log.segment.bytes", "67108864",
                                "log.retention.check.interval.ms", "10000"));
                WallTopics topics = new WallTopics(broker, "endurance");
                Wall wall = Wall.start(WallSettings.local(topics.job(), 0))) {
            ChromeDriver browser = Chromium.start(profile);
            try {
                AtomicLong sent = new AtomicLong();
                cameras.scheduleAtFixedRate(() -> send(topics, sent.getAndIncrement(), pictures), 0,
                        1_000_000 / (CAMERAS * PICTURES_A_SECOND), TimeUnit.MICROSECONDS);
                browser.get(wall.address().toString());
                watch(browser, sent);
            } finally {
                cameras.shutdownNow();
                Waiting.until("no camera sends any more", cameras::isTerminated);
                browser.quit();
            }
        }
    }

    private static void send(WallTopics topics, long number, List<byte[]> pictures) {
        String top = number / 1000 % 3 == 0 ? "food" : "other";
        topics.classifiedSoon(Instant.now(), "camera-" + number % CAMERAS,
                pictures.get((int) (number / CAMERAS % pictures.size())), new Label(top, 0, 0.75f), new Label("report", 1, 0.25f));
    }

    private void watch(ChromeDriver browser, AtomicLong sent) {
        List<Long> heaps = new ArrayList<>();
        List<Double> ages = new ArrayList<>();
        List<Object> pictures = List.of("none");
        int looks = 0;
        int stale = 0;
        pause(30);
        for (int minute = 0; minute < MINUTES; minute++) {
            heaps.add(heap());
            long before = sent.get();
            long wallNanos = wallNanos();
            double worst = 0;
            for (int look = 0; look < 12; look++) {
                pause(5);
                List<?> found = (List<?>) browser.executeScript(LOOK);
                assertThat(((Number) found.get(0)).intValue()).isEqualTo(CAMERAS);
                List<Object> seen = List.copyOf((List<?>) found.get(2));
                assertThat(seen).isNotEmpty();
                looks++;
                stale += Collections.disjoint(seen, pictures) ? 0 : 1;
                pictures = seen;
                ages.add(((Number) found.get(1)).doubleValue());
                worst = Math.max(worst, ages.get(ages.size() - 1));
            }
            System.err.printf(Locale.ROOT, "minute %d: %d sent, oldest tile %.0f ms, heap %d MiB, wall %.2f cores,"
                            + " page %s, %d of %d looks found an old picture%n", minute + 1, sent.get() - before,
                    worst, heaps.get(minute) >> 20, (wallNanos() - wallNanos) / 60e9, pageMemory(browser), stale,
                    looks);
        }
        heaps.add(heap());
        ages.sort(null);
        // Somebody else may have had the processor for a moment.
        assertThat(ages.get((int) (ages.size() * 0.95))).isLessThan(MOST_AGE_MILLIS);
        assertThat(stale).as("looks that found a picture of five seconds before").isLessThanOrEqualTo(looks / 20);
        assertThat(heaps.get(heaps.size() - 1) - heaps.get(0)).isLessThan(GROWTH_BYTES);
    }

    private static String pageMemory(ChromeDriver browser) {
        browser.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        Object bytes = browser.executeScript("return performance.memory.usedJSHeapSize");
        return ((Number) bytes).longValue() / 1024 + " KiB";
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Processor time of the wall's own threads, in nanoseconds. */
    private long wallNanos() {
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && (thread.getThreadName().startsWith("wall-")
                    || thread.getThreadName().startsWith("XNIO-"))) {
                nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }

    private static void pause(int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
