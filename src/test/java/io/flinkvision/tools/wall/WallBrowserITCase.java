package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.watch.MutatedRecords;
import io.flinkvision.tools.watch.SampleEvents;
import io.flinkvision.tools.watch.SampleRegions;
import io.flinkvision.tools.watch.SampleStates;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** The wall as a person sees it, in Chromium; where there is none, the tests are skipped and say so. */
@EnabledIf(value = "io.flinkvision.tools.wall.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class WallBrowserITCase {

    private static final String HOSTILE =
            "</h2><img src=x onerror=\"window.hacked = true\"><script>hacked = 1</script>";

    private static final List<String> NAMES = List.of("canteen-1", "canteen-2", "counter", "desk-3", "entrance",
            "garden", "kitchen-1", "kitchen-2", "mail-room", "store");
    private static final List<String> PHOTOGRAPHS = List.of("meal_1.jpg", "meal_2.jpg", "meal_1.jpg", "report_1.jpg",
            "other_1.jpg", "other_2.jpg", "meal_2.jpg", "meal_1.jpg", "report_2.jpg", "other_1.jpg");

    @TempDir
    private static Path profile;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static ChromeDriver browser;

    private WallTopics topics;
    private Wall wall;

    @BeforeAll
    static void startBrowser() {
        browser = Chromium.start(profile);
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void startWall(TestInfo test) {
        topics = new WallTopics(KAFKA.broker(), test.getTestMethod().orElseThrow().getName());
        wall = Wall.start(WallSettings.local(topics.job(), 0));
        setViewport(1280, 900, false);
    }

    @AfterEach
    void stopWall() {
        browser.get("about:blank");
        wall.close();
        topics.close();
    }

    @Test
    void showsATileForEachCameraAndFollowsItsLabels() {
        topics.classified("gate", SamplePictures.drawn(640, 480, 1), label("food", 0.75), label("other", 0.25));
        topics.classified("hall", SamplePictures.drawn(480, 640, 2), label("report", 0.5));
        open("");

        awaitText("#tiles li:nth-child(1) h2", "gate");
        awaitText("#tiles li:nth-child(2) h2", "hall");
        awaitText("#tiles li:nth-child(1) .labels li:nth-child(1)", "food\n75.0 %");
        awaitPicture("#tiles li:nth-child(1) img", 320, 240);
        awaitPicture("#tiles li:nth-child(2) img", 240, 320);

        topics.classified("gate", SamplePictures.drawn(640, 480, 3), label("report", 0.625));
        awaitText("#tiles li:nth-child(1) .labels", "report\n62.5 %");
        awaitText("#camera-count", "2");
        awaitText("#labelled", "3");
    }

    @Test
    void showsThePicturesOfCamerasThatTheJobReadsItselfOrSaysThatThereAreNone() {
        topics.frame(Instant.now(), "gate", 1, List.of(label("food", 0.75)));
        open("");
        awaitText("#tiles li:nth-child(1) .blank",
                "no picture: the job reads this camera itself, and its file has no pictures.topic");

        topics.withPictures();
        wall.close();
        wall = Wall.start(WallSettings.local(topics.job(), 0));
        open("");
        awaitText("#tiles li:nth-child(1) .blank", "no picture yet");
        topics.anythingPictured("gate", new byte[] {1});
        topics.pictured(topics.frame(Instant.now(), "gate", 2, List.of(label("report", 0.75))),
                SamplePictures.drawn(640, 480, 1));
        awaitPicture("#tiles li:nth-child(1) img", 320, 240);
        awaitText("#tiles li:nth-child(1) .labels", "report\n75.0 %");

        topics.frame(Instant.now(), "gate", 3, List.of(label("food", 0.625)));
        awaitText("#tiles li:nth-child(1) .labels", "food\n62.5 %");
        Waiting.until("what is no picture is counted", () -> text("body").contains("has no header labels"));
    }

    @Test
    void showsADeadLetterAndItsPictureWhereThereIsOne() {
        topics.deadLetter("gate", SamplePictures.drawn(640, 480, 1), "CLASSIFICATION_FAILED", "The network failed");
        topics.deadLetter("hall", "<svg/>".getBytes(StandardCharsets.US_ASCII), "UNKNOWN_FORMAT", "No picture");
        open("dead-letters");

        Waiting.until("both dead letters are there", () -> all("#letters > li").size() == 2);
        WebElement failed = browser.findElement(By.xpath("//li[contains(., 'CLASSIFICATION_FAILED')]"));
        assertThat(failed.getText()).contains("The network failed", "gate", "-images-0-7");
        awaitPicture("#letters img", 320, 240);
        Waiting.until("one has no picture", () -> text("#letters").contains("no picture can be shown"));
        assertThat(all("#letters img")).hasSize(1);
        awaitText("#dead-letter-count", "2");
    }

    @Test
    void listsTheEventsOfAllCamerasAndThoseOfOneOnItsPage() {
        topics.classified("gate", SamplePictures.drawn(64, 48, 1), label("food", 0.75));
        topics.event("gate", SampleEvents.started("food", Instant.now()));
        topics.event("hall", SampleEvents.offline(Instant.now()));
        topics.event("hall", SampleEvents.counted(Instant.now(), 7));
        open("");
        Waiting.until("both are listed", () -> all("#events li").size() == 2);
        assertThat(text("#events")).contains("hall", "offline", "gate", "started", "food").doesNotContain("counted");

        topics.event("gate", SampleEvents.changed("food", "report", Instant.now(), Duration.ofSeconds(12)));
        Waiting.until("the newest is the first",
                () -> text("#events li:first-child").endsWith("food → report after 12 s"));
        for (int i = 0; i < 7; i++) {
            topics.event("gate", SampleEvents.ended("report", Instant.now(), Duration.ofSeconds(i + 1)));
        }
        Waiting.until("the last of them is there", () -> text("#events li:first-child").endsWith("report for 7.0 s"));
        assertThat(all("#events li")).hasSize(6);

        browser.findElement(By.cssSelector("#tiles h2 a")).click();
        Waiting.until("those of the gate are there", () -> all("#events li").size() == 9);
        assertThat(text("#events")).doesNotContain("hall");
    }

    @Test
    void showsHowTheModelAndItsShadowAgreeWhileThereIsOne() {
        topics.withComparisons();
        wall.close();
        wall = Wall.start(WallSettings.local(topics.job(), 0));
        topics.classified("gate", SamplePictures.drawn(64, 48, 1), label("food", 0.75));
        open("");
        awaitText("#tiles li:nth-child(1) h2", "gate");
        assertThat(text("#comparison")).as("nothing has been compared").isEmpty();

        topics.comparison("gate", comparison("gate", new Counts(97, 3, 0, 0, 1.5),
                new Disagreement("food", "<b>report</b>", 3, "images-0-7")));
        topics.comparison("hall", "{}".getBytes(StandardCharsets.UTF_8));
        topics.comparison("hall", comparison("hall", new Counts(300, 0, 0, 2, 1.5)));

        Waiting.until("the section is there", () -> text("#comparison").contains("400 pictures of 2 cameras"));
        assertThat(text("#comparison")).contains("triage and <b>newer</b> agree in 99.3 % (97.8 to 99.7 %)",
                "The shadow failed on 2 pictures.", "food → <b>report</b> (3)").doesNotContain("few pictures");
        browser.findElement(By.cssSelector("#comparison summary")).click();
        assertThat(all("#comparison tbody tr")).extracting(WebElement::getText)
                .containsExactly("gate 97.0 % 100", "hall 100.0 % 300");
        assertThat(text("#problems")).contains("1 record could not be shown");
        Chromium.write(Path.of("target", "wall-comparison.png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    private static byte[] comparison(String camera, Counts counts, Disagreement... disagreements) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new ModelComparison(Optional.of(camera.getBytes(StandardCharsets.UTF_8)),
                ComparedModels.of(new Named("triage", "0".repeat(64)), List.of("food", "report"),
                        new Named("<b>newer</b>", "1".repeat(64)), List.of("food", "report")),
                now, now, counts, List.of(disagreements), 0).toJson();
    }

    @Test
    void knowsWhatItsCamerasShowBeforeAnyLabelsCome() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        topics.state("gate", SampleStates.shown("food", noon));
        topics.state("hall", SampleStates.offline(noon));
        topics.state("yard/bay", SampleStates.unknown(noon));
        topics.state("gone", SampleStates.shown("food", noon));
        topics.forget("gone");
        open("");

        Waiting.until("the cameras are there", () -> all("#tiles > li").size() == 3);
        Waiting.until("gate's state is there", () -> text("#tiles li:nth-child(1) .presents").startsWith("food since 1 Jan, "));
        assertThat(text("#tiles li:nth-child(2) .presents")).startsWith("offline since 1 Jan, ");
        assertThat(text("#tiles li:nth-child(3) .presents")).startsWith("bay: online, no label since 1 Jan, ")
                .endsWith(", unknown");
        assertThat(text("#tiles li:nth-child(1) .age")).isEqualTo("no labels yet");
        awaitText("#camera-count", "3");
        assertThat((List<?>) browser.executeScript(Contrast.SCRIPT)).isEmpty();
        Chromium.write(Path.of("target", "wall-states.png"), browser.getScreenshotAs(OutputType.BYTES));

        topics.state("gate", SampleStates.troubled("report", "dark", noon));
        Waiting.until("the change is there", () -> text("#tiles li:nth-child(1) .presents").startsWith("report since"));
        assertThat(text("#tiles li:nth-child(1) .presents")).endsWith(", dark");
        topics.classified("gate", SamplePictures.drawn(64, 48, 1), label("report", 0.75));
        awaitText("#tiles li:nth-child(1) .labels", "report\n75.0 %");
        topics.forget("hall");
        Waiting.until("the hall is forgotten", () -> all("#tiles > li").size() == 2);

        browser.findElement(By.linkText("yard")).click();
        Waiting.until("its page knows it", () -> text("#tile .presents").startsWith("bay: online, no label since 1 Jan, "));
        assertThat(text("#facts")).contains("–");
    }

    @Test
    void drawsTheRegionsOfACameraOverItsPictureAndListsThem() {
        RegionBox left = new RegionBox(0, 0.25, 0.5, 0.5);
        RegionBox right = new RegionBox(0.5, 0.25, 0.5, 0.75);
        topics.classified("gate", SamplePictures.drawn(640, 480, 1), List.of(label("food", 0.75)),
                SampleRegions.answer("bay", left, "taken", 0.8, true, true),
                SampleRegions.answer("door", right, "open", 0.93, false, false));
        open("");

        awaitPicture("#tiles img", 320, 240);
        awaitText("#tiles .labels", "food\n75.0 %");
        awaitText("#tiles .regions", "bay:\ntaken\nunknown, small\n80.0 %\ndoor:\nopen\n93.0 %");
        Waiting.until("both boxes are there", () -> all("#tiles .box").size() == 2);
        assertThat(boxes("#tiles")).isEqualTo("0.00 0.25 0.50 0.50\n0.50 0.25 0.50 0.75");
        assertThat(text("#tiles .box:first-child")).isEqualTo("bay: taken 80 % (unknown, small)");
        assertThat(all("#tiles .box.unknown")).hasSize(1);

        Chromium.write(Path.of("target", "wall-regions.png"), browser.getScreenshotAs(OutputType.BYTES));
        topics.classified("gate", SamplePictures.drawn(640, 480, 2), List.of(),
                SampleRegions.answer("door", right, "shut", 0.7, false, false));
        awaitText("#tiles .regions li:nth-child(2)", "door:\nshut\n70.0 %");
        assertThat(text("#tiles .regions li:first-child")).startsWith("bay:\ntaken");
        assertThat(text("#tiles .labels")).isEmpty();
    }

    @Test
    void drawsTheBoxesOfAPictureThatIsHigherThanWideWhereItIsShown() {
        byte[] high = SamplePictures.drawn(240, 360, 1);
        topics.classified("gate", 240, 360, high, List.of(label("food", 0.75)),
                SampleRegions.answer("door", new RegionBox(0, 0, 1, 1), "open", 0.93, false, false));
        open("");

        Waiting.until("the box is there", () -> all("#tiles .box").size() == 1);
        assertThat(boxes("#tiles")).isEqualTo("0.25 0.00 0.50 1.00");
    }

    @Test
    void showsTheRegionsOfOneCameraWithTheirAgesChangesAndEvents() {
        RegionAnswer[] many = IntStream.range(0, 40)
                .mapToObj(i -> SampleRegions.answer("bay %02d".formatted(i), new RegionBox(i / 40.0, 0, 1 / 40.0, 1),
                        "free", 0.9, false, true))
                .toArray(RegionAnswer[]::new);
        topics.classified("yard", SamplePictures.drawn(640, 480, 1), List.of(), many);
        topics.classified("yard", SamplePictures.drawn(640, 480, 2), List.of(),
                SampleRegions.answer("bay 07", many[7].box(), "taken", 0.8, true, false));
        topics.event("yard/bay 07", SampleEvents.started("taken", Instant.now()));
        open("");

        awaitText("#tiles .rest", "and 36 more");
        Waiting.until("all boxes are there", () -> all("#tiles .box").size() == 40);
        assertThat(text("#tiles .box:first-child")).as("text in a box that has no room for it").isEmpty();
        assertThat(all("#tiles .box").get(7).getDomAttribute("title")).isEqualTo("bay 07: taken 80 % (unknown)");
        awaitText("#events .camera-name", "yard");
        awaitText("#events .region", "bay 07");
        pressTabUntil("#find");
        browser.switchTo().activeElement().sendKeys("BAY 39");
        awaitText("#found", "1 of 1");
        pressTabUntil("#events a");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);

        awaitText("#name", "yard");
        Waiting.until("all regions are listed", () -> all("#tile .regions li").size() == 40);
        assertThat(text("#tile .regions li:nth-child(8)"))
                .matches("(?s)bay 07:\ntaken\nunknown\n80.0 %\n[0-9.]+ s ago");
        Waiting.until("the changes are there", () -> all("#rows tr").size() == 41);
        assertThat(text("#rows tr:first-child")).contains(" bay 07 taken (unknown) 80.0 % ");
        awaitText("#events .region", "bay 07");
        Chromium.write(Path.of("target", "wall-camera-regions.png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    /** Each box on a line: x, y, width and height in parts of the picture's place. */
    private static String boxes(String selector) {
        return (String) browser.executeScript("""
                const picture = document.querySelector(arguments[0] + " .picture").getBoundingClientRect();
                return [...document.querySelectorAll(arguments[0] + " .box")].map((box) => {
                  const {x, y, width, height} = box.getBoundingClientRect();
                  return [(x - picture.x) / picture.width, (y - picture.y) / picture.height, width / picture.width,
                    height / picture.height].map((part) => part.toFixed(2)).join(" ");
                }).join("\\n");""", selector);
    }

    @Test
    void showsHostileTextAsText() {
        String hostileRegion = HOSTILE.replace("/", "");
        topics.classified(HOSTILE, SamplePictures.drawn(64, 48, 1), List.of(label(HOSTILE, 0.75)),
                SampleRegions.answer(hostileRegion, HOSTILE, 0.75));
        topics.event(HOSTILE, SampleEvents.changed(HOSTILE, HOSTILE, Instant.now(), Duration.ofSeconds(1)));
        topics.event("gate", new Event.Unknown(HOSTILE, Instant.now()));
        topics.state(HOSTILE, SampleStates.troubled(HOSTILE, HOSTILE, Instant.now()));
        topics.deadLetter(HOSTILE, new byte[] {1}, HOSTILE, HOSTILE);

        open("");
        awaitText("#tiles h2", HOSTILE);
        Waiting.until("the label is there", () -> text("#tiles .labels").startsWith(HOSTILE));
        awaitText("#tiles .box", hostileRegion + ": " + HOSTILE + " 75 %");
        assertThat(text("#tiles .regions")).startsWith(hostileRegion + ":\n" + HOSTILE);
        Waiting.until("the state is there", () -> text("#tiles .presents").startsWith(HOSTILE + " since "));
        assertThat(text("#tiles .presents")).endsWith(", " + HOSTILE);
        assertNothingRan("#tiles", 1);
        Waiting.until("the events are there", () -> all("#events li").size() == 2);
        assertThat(text("#events li:nth-child(2) .what")).isEqualTo(HOSTILE + " → " + HOSTILE + " after 1.0 s");
        assertNothingRan("#events", 0);

        browser.findElement(By.cssSelector("#tiles h2 a")).click();
        awaitText("#name", HOSTILE);
        Waiting.until("the time line is there", () -> text("#rows").contains(HOSTILE));
        assertNothingRan("main", 1);

        open("dead-letters");
        Waiting.until("the dead letter is there", () -> text("#letters .message").equals(HOSTILE));
        Waiting.until("its picture is known to be none", () -> text("#letters").contains("no picture can be shown"));
        assertThat(text("#letters .facts")).contains(HOSTILE);
        assertNothingRan("#letters", 0);
    }

    @Test
    void runsNoScriptThatIsPutIntoThePage() {
        open("");
        awaitText("#connection", "Live");

        Object refused = browser.executeScript("""
                window.hacked = undefined;
                const script = document.createElement("script");
                try { script.textContent = "window.hacked = true"; document.body.append(script); } catch {}
                try { document.body.innerHTML += "<img src=x onerror='window.hacked = true'>"; } catch (e) {
                  return e.name;
                }""");

        assertThat(refused).isEqualTo("TypeError");
        assertThat(browser.executeScript("return window.hacked")).isNull();
    }

    @Test
    void comesBackWhenTheServerDoes() {
        topics.classified("gate", SamplePictures.drawn(64, 48, 1), label("food", 0.75));
        open("");
        awaitText("#tiles h2", "gate");
        int port = wall.address().getPort();

        wall.close();
        awaitText("#connection", "The server is away; trying again …");

        wall = Wall.start(WallSettings.local(topics.job(), port));
        awaitText("#connection", "Live");
        topics.classified("gate", SamplePictures.drawn(64, 48, 2), label("report", 0.5));
        awaitText("#tiles .labels", "report\n50.0 %");
        assertThat(all("#tiles li > article")).hasSize(1);
    }

    @Test
    void findsALabelInACamerasTimeLineWithTheKeyboardAlone() {
        for (int i = 0; i < 3; i++) {
            topics.classified("gate", SamplePictures.drawn(64, 48, i), label(i == 1 ? "report" : "food", 0.75));
        }
        open("");
        awaitText("#tiles h2", "gate");

        pressTabUntil("a[href^='/camera']");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        awaitText("#name", "gate");
        Waiting.until("all three records are listed", () -> all("#rows tr").size() == 3);
        pressTabUntil("#find");
        browser.switchTo().activeElement().sendKeys("REP");
        Waiting.until("one record is found", () -> all("#rows tr").size() == 1);
        assertThat(text("#rows")).contains("report");
        awaitText("#found", "1 record found among the last 600");
    }

    @Test
    void saysWhatCannotBeRead() {
        WatchedJob job = topics.job();
        WatchedJob lost = new WatchedJob(job.inputTopics(), "nowhere", job.deadLetters(), job.events(),
                job.states(), job.pictures(), job.comparisons(), job.limits(), job.checkpointInterval(), job.input(),
                job.output());
        wall.close();
        wall = Wall.start(WallSettings.local(lost, 0));
        open("");

        Waiting.until("the problem is shown", () -> text("#problems").startsWith("Topic nowhere does not exist"));
        topics.classified("gate", SamplePictures.drawn(64, 48, 1), label("food", 0.75));
        assertThat(all("#tiles li")).isEmpty();
    }

    @Test
    void staysLiveWhateverIsInTheRecords() {
        MutatedRecords mutated = new MutatedRecords(4);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            records.add(mutated.mutated(MutatedRecords.label(topics.labelled(), i)));
            records.add(mutated.mutated(MutatedRecords.deadLetter(topics.deadLetters(), i)));
            records.add(mutated.mutated(MutatedRecords.event(topics.events(), i)));
            ProducerRecord<byte[], byte[]> state = mutated.mutated(MutatedRecords.state(topics.states(), i));
            if (state.key() != null) {
                records.add(state);
            }
        }
        open("");
        topics.sendAll(records);
        topics.classified("the good one", SamplePictures.drawn(640, 480, 1), label("food", 0.75));
        topics.event("the good one", SampleEvents.offline(Instant.now()));

        Waiting.until("the good camera is there", () -> browser.findElements(
                By.xpath("//li[.//h2[.='the good one'] and contains(., '75.0 %')]//img")).size() == 1);
        Waiting.until("the good event is the first", () -> text("#events li:first-child").contains("the good one"));
        assertThat(text("#connection")).isEqualTo("Live");
        assertThat(text("#problems")).contains(" records could not be shown, most recently ");
        assertThat(browser.executeScript("return window.hacked")).isNull();

        topics.deadLetter("the good one", SamplePictures.drawn(640, 480, 1), "EMPTY", "It is good");
        open("dead-letters");
        Waiting.until("the good dead letter is there", () -> text("#letters li:first-child").contains("It is good"));
        awaitText("#dead-letter-count", "401");
        assertThat(text("#connection")).isEqualTo("Live");
    }

    @Test
    void showsThePicturesOfOthersThoughARecordNamesOneThatIsNowhere() {
        String images = topics.picture("gate", SamplePictures.drawn(64, 48, 1)).topic();
        open("");
        awaitText("#connection", "Live");
        topics.labels("no partition", images, 77, 0, label("food", 0.75));
        topics.labels("no offset", images, 0, Long.MAX_VALUE, label("food", 0.75));
        Waiting.until("both are there", () -> all("#tiles > li").size() == 2);

        topics.classified("gate", SamplePictures.drawn(640, 480, 2), label("report", 0.5));

        awaitPicture("#tiles li:first-child img", 320, 240);
        assertThat(text("#tiles li:first-child h2")).isEqualTo("gate");
    }

    @Test
    void tellsOfARecordThatCannotBeTakenAndTakesTheNext() {
        restart(topic -> {
            if (topic.equals("unexpected")) {
                throw new IllegalStateException("nobody expected that");
            }
            return true;
        });
        open("");
        topics.labels("gate", "unexpected", 0, 0, label("other", 0.75));
        topics.labels("gate", "images", 0, 0, label("food", 0.75));

        awaitText("#tiles .labels", "food\n75.0 %");
        assertThat(text("#problems")).startsWith("1 record could not be shown, most recently ")
                .endsWith("java.lang.IllegalStateException: nobody expected that.");
        assertThat(text("#connection")).isEqualTo("Live");
    }

    @Test
    void saysThatItIsNotLiveOnceAPartHasEnded() {
        restart(topic -> {
            if (Thread.currentThread().getName().equals("wall-labels")) {
                throw new LinkageError("this Java is broken");
            }
            return true;
        });
        open("");
        awaitText("#connection", "Live");

        topics.labels("gate", "images", 0, 0, label("other", 0.75));

        awaitText("#connection", "Not live: parts of the wall have ended");
        assertThat(text("#problems")).isEqualTo("Reading the labels has ended, so this page is no longer live"
                + ": restart the wall. The reason was: java.lang.LinkageError: this Java is broken.");
        assertThat((List<?>) browser.executeScript(Contrast.SCRIPT)).isEmpty();
        Chromium.write(Path.of("target", "wall-ended.png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    @Test
    void saysWhyItIsRefusedAndComesBackWhenThereIsRoom() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(wall.address().resolve("api/events")).build();
        HttpClient client = HttpClient.newHttpClient();
        List<InputStream> pages = new ArrayList<>();
        try {
            for (int i = 0; i < EventStream.MAX_PAGES_PER_CLIENT; i++) {
                pages.add(client.send(request, BodyHandlers.ofInputStream()).body());
                assertThat(pages.get(i).read()).as("told").isNotEqualTo(-1);
            }
            open("");
            awaitText("#connection", "Your address already has 20 open pages of this wall, the limit; trying again …");

            pages.remove(0).close();
            awaitText("#connection", "Live");
        } finally {
            for (InputStream page : pages) {
                page.close();
            }
        }
    }

    @Test
    void saysThatItIsNotLiveWhereItsScriptStumblesOverWhatCame() {
        open("");
        awaitText("#connection", "Live");

        browser.executeScript("document.querySelector('#rate').remove()");

        awaitText("#connection", "Not live: this page could not show what came");
    }

    /** Starts the wall anew with other input topics. */
    private void restart(Predicate<String> inputTopics) {
        WatchedJob job = topics.job();
        wall.close();
        wall = Wall.start(WallSettings.local(new WatchedJob(inputTopics, job.labels(), job.deadLetters(),
                job.events(), job.states(), job.pictures(), job.comparisons(), job.limits(), job.checkpointInterval(), job.input(),
                job.output()), 0));
    }

    @Test
    void fitsAPhoneAndIsReadableInLightAndDark() {
        topics.classified("a-camera-with-a-name-that-is-longer-than-a-phone-is-wide-" + "x".repeat(60),
                SamplePictures.drawn(640, 480, 1), List.of(label("l".repeat(100), 0.75)),
                SampleRegions.answer("r".repeat(100), "l".repeat(100), 0.75, true, true),
                SampleRegions.answer("bay", "taken", 0.75));
        topics.classified("yard", SamplePictures.drawn(640, 480, 2), List.of(),
                SampleRegions.answer("r".repeat(100), "l".repeat(100), 0.75, true, true),
                SampleRegions.answer("bay", "taken", 0.75));
        topics.event("yard/" + "r".repeat(100), SampleEvents.started("l".repeat(100), Instant.now()));
        topics.deadLetter("gate", new byte[] {1}, "CORRUPT", "w".repeat(300));
        topics.event("c".repeat(100), SampleEvents.offline(Instant.now()));
        topics.event("none", SampleEvents.started("l".repeat(100), Instant.now()));
        setViewport(360, 740, true);
        for (String scheme : List.of("light", "dark")) {
            browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                    List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            for (String page : List.of("", "camera?id=" + Camera.id(Optional.of("none")),
                    "camera?id=" + Camera.id(Optional.of("yard")), "dead-letters")) {
                open(page);
                awaitText("#connection", "Live");
                Waiting.until("the content is there", () -> !page.isEmpty() || all("#tiles .box").size() >= 2);
                assertThat(browser.executeScript("return document.documentElement.scrollWidth"))
                        .as("width of /%s", page).isEqualTo(360L);
                assertThat((List<?>) browser.executeScript(Contrast.SCRIPT)).as("%s /%s", scheme, page).isEmpty();
            }
        }
    }

    /** Puts a picture of the page where {@code -Dwall.screenshot=docs/wall.png} says, or else into target. */
    @Test
    void isWorthLookingAt() {
        fillForThePicture();
        setViewport(1280, 940, false);
        open("");
        awaitPicturesWhileLabelsCome();

        Path target = Path.of(System.getProperty("wall.screenshot", "target/wall.png"));
        Chromium.write(target, browser.getScreenshotAs(OutputType.BYTES));
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
        Chromium.write(Path.of("target", "wall-dark.png"), browser.getScreenshotAs(OutputType.BYTES));
        setViewport(360, 740, true);
        Chromium.write(Path.of("target", "wall-phone.png"), browser.getScreenshotAs(OutputType.BYTES));
        setViewport(1280, 940, false);
        browser.findElement(By.cssSelector("#tiles h2 a")).click();
        Waiting.until("the time line is there", () -> all("#rows tr").size() > 100);
        Chromium.write(Path.of("target", "wall-camera.png"), browser.getScreenshotAs(OutputType.BYTES));
        open("dead-letters");
        awaitPicture("#letters img", 320, 240);
        Chromium.write(Path.of("target", "wall-dead-letters.png"), browser.getScreenshotAs(OutputType.BYTES));

        assertThat(target).isNotEmptyFile();
    }

    private void awaitPicturesWhileLabelsCome() {
        int[] record = {0};
        Waiting.until("all pictures are there, and the labels are new", () -> {
            record[0]++;
            for (int camera = 0; camera < NAMES.size(); camera++) {
                label(camera, photograph(camera), Instant.now(), scores(kind(camera), camera, record[0]));
            }
            return record[0] > 30 && browser.executeScript("return document.querySelectorAll('#tiles img').length")
                    .equals((long) NAMES.size());
        });
    }

    private static String kind(int camera) {
        return PHOTOGRAPHS.get(camera).split("_")[0].replace("meal", "food");
    }

    private static Label[] scores(String top, int camera, int record) {
        float score = 0.9f - (camera * 37 % 11 + record % 7) / 40f;
        return new Label[] {
            label(top, score),
            label(top.equals("other") ? "report" : "other", (1 - score) * 0.75f),
            label(top.equals("food") ? "report" : "food", (1 - score) * 0.25f)
        };
    }

    private static byte[] photograph(int camera) {
        return SamplePictures.photograph(PHOTOGRAPHS.get(camera));
    }

    private void label(int camera, byte[] picture, Instant time, Label... labels) {
        topics.classifiedSoon(time, NAMES.get(camera), picture, labels);
    }

    /** A minute of labels, and two dead letters. */
    private void fillForThePicture() {
        Instant now = Instant.now();
        byte[] small = SamplePictures.drawn(64, 48, 1);
        for (int camera = 0; camera < NAMES.size(); camera++) {
            for (int record = 300; record > 0; record--) {
                boolean turns = (record / 20 * 7 + camera * 5) % 11 < 3 && record > 10;
                String top = turns ? kind(camera).equals("food") ? "other" : "food" : kind(camera);
                label(camera, record == 1 ? photograph(camera) : small, now.minusMillis(200L * record),
                        scores(top, camera, record));
            }
        }
        byte[] whole = SamplePictures.photograph("meal_2.jpg");
        topics.event("canteen-1", SampleEvents.started("food", Instant.now()));
        topics.event("entrance", SampleEvents.changed("other", "food", Instant.now(), Duration.ofSeconds(83)));
        topics.event("store", SampleEvents.ended("report", Instant.now(), Duration.ofMillis(12_400)));
        topics.event("yard", SampleEvents.offline(Instant.now()));
        topics.deadLetter("canteen-2", Arrays.copyOf(whole, whole.length * 2 / 3), "TRUNCATED",
                "The JPEG of " + whole.length * 2 / 3 + " bytes has no end marker: it was cut off");
        topics.deadLetter("store", new byte[] {1, 2, 3}, "UNKNOWN_FORMAT",
                "The bytes are no picture of a known format");
    }

    private void open(String page) {
        browser.get(wall.address() + page);
    }

    private static Label label(String name, double score) {
        return new Label(name, 0, (float) score);
    }

    private static List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    /** The text as a person sees it; empty where the element is not there. */
    private static String text(String selector) {
        try {
            return all(selector).stream().findFirst().map(WebElement::getText).orElse("");
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    private static void awaitText(String selector, String expected) {
        Waiting.until(selector + " says: " + expected, () -> text(selector).equals(expected));
    }

    private static void awaitPicture(String selector, int width, int height) {
        Waiting.until(selector + " shows " + width + " x " + height + " pixels", () -> Boolean.TRUE.equals(
                browser.executeScript("const image = document.querySelector(arguments[0]);"
                        + " return image !== null && image.naturalWidth === arguments[1]"
                        + " && image.naturalHeight === arguments[2]", selector, width, height)));
    }

    private static void assertNothingRan(String selector, int pictures) {
        // A camera's picture is shown when it has been loaded, which may be after its labels.
        Waiting.until(selector + " shows " + pictures + " pictures", () -> all(selector + " img").size() == pictures);
        assertThat(browser.executeScript("return window.hacked")).isNull();
        assertThat(all(selector + " script")).isEmpty();
    }

    private static void pressTabUntil(String selector) {
        for (int i : IntStream.range(0, 30).toArray()) {
            browser.switchTo().activeElement().sendKeys(Keys.TAB);
            if (Boolean.TRUE.equals(
                    browser.executeScript("return document.activeElement.matches(arguments[0])", selector))) {
                return;
            }
        }
        throw new AssertionError("The Tab key does not lead to " + selector);
    }

    private static void setViewport(int width, int height, boolean phone) {
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", "light"))));
    }
}
