package io.flinkvision.tools.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.RegionKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LiveDemoITCase {

    private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]*)\"");
    private static final Pattern REGION = Pattern.compile("\\{\"name\":\"(left|right)\",\"label\":\"([^\"]*)\"");

    /** All that the two regions can say: the disc comes past within twelve seconds. */
    private static final Set<String> REGIONS = Set.of(
            "left: disc", "left: part of the disc", "left: empty", "right: occupied", "right: free");

    @Test
    @Timeout(120)
    void showsEachSamplePictureAndEachSceneAsACameraAndTwoRegionsAndADeadLetterAndEvents() throws Exception {
        List<String> steps = new ArrayList<>();
        LiveDemo.Settings settings = new LiveDemo.Settings(
                JobHarness.JOB_FILE, Optional.empty(), Path.of("conf/models/triage/images"), 2, 1, 0, Optional.empty());
        try (LiveDemo demo = LiveDemo.start(settings, steps::add)) {
            List<String> wanted = List.of("meal_1", "meal_2", "other_1", "other_2", "report_1", "report_2", "test-1",
                    "test-2");

            List<String> seen = new ArrayList<>();
            Set<String> regions = new HashSet<>();
            boolean deadLetter = false;
            boolean started = false;
            boolean shown = false;
            try (BufferedReader events = events(demo.address())) {
                while (!seen.containsAll(wanted) || !regions.containsAll(REGIONS) || !deadLetter || !started || !shown) {
                    String line = events.readLine();
                    assertThat(line).as("an event").isNotNull();
                    Matcher names = NAME.matcher(line);
                    while (names.find()) {
                        seen.add(names.group(1));
                    }
                    Matcher answers = REGION.matcher(line);
                    while (answers.find()) {
                        regions.add(answers.group(1) + ": " + answers.group(2));
                    }
                    deadLetter |= line.contains("\"deadLetters\":1");
                    shown |= line.matches(".*\"state\":\\{\"online\":true,\"since\":[0-9]+,\"label\":\"food\".*");
                    // A meal is food for longer than the minimum duration.
                    started |= line.matches(
                            ".*\"name\":\"meal_1\",\"type\":\"started\",\"at\":[0-9]+,\"label\":\"food\".*");
                }
            }
            demo.requireRunning();
            assertThat(regions).isSubsetOf(REGIONS);
            assertThat(demo.regions()).extracting(RegionKey::toString).containsExactly("test-1/left", "test-1/right");
            assertThatOnlyThisMachineCanConnect(demo);
        }
        assertThat(steps).last().asString().isEqualTo("Starting 9 cameras");
    }

    /** The broker's two ports, Flink's of REST, RPC and BLOBs, and the wall's. */
    private static void assertThatOnlyThisMachineCanConnect(LiveDemo demo) throws IOException {
        List<InetSocketAddress> sockets = ListeningSockets.ofVersions();

        assertThat(sockets).hasSizeGreaterThanOrEqualTo(5)
                .extracting(InetSocketAddress::getPort).contains(demo.address().getPort());
        assertThat(sockets).allSatisfy(socket ->
                assertThat(socket.getAddress().isLoopbackAddress()).as("%s", socket).isTrue());
    }

    private static BufferedReader events(URI wall) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(wall.resolve("api/events?cameras=all"))
                .timeout(Duration.ofSeconds(20)).build();
        return new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8));
    }
}
