package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.publish.DeclaredRegions.Declaration;
import io.flinkvision.tools.watch.SampleRegions;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.PointerInput.Kind;

/** The pages of a wall that teaches as a person uses them, in Chromium. The tests stand for the cameras and the job. */
@EnabledIf(value = "io.flinkvision.tools.wall.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class TeachBrowserITCase {

    private static final String CAMERA = "drive";
    private static final String ID = Camera.id(Optional.of(CAMERA));
    private static final String REGION = "gate";
    private static final RegionBox BOX = new RegionBox(0.25, 0.25, 0.5, 0.5);

    private static final Backbone NETWORK = Backbone.of(ModelBundle.read(Path.of("conf", "models", "triage")));

    @TempDir
    private static Path profile;

    @TempDir
    private Path folder;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static ChromeDriver browser;

    private WallTopics topics;
    private TeachingWall wall;
    private BrowserPage page;
    private int sent;
    /** Frames before the page is open are read from the past, of which those within some 30 ms are left out. */
    private static final Duration BETWEEN_FRAMES = Duration.ofMillis(100);

    private Instant captured = Instant.now().minusSeconds(30);

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
        topics = new WallTopics(KAFKA.broker(), "teach-" + test.getTestMethod().orElseThrow().getName());
        wall = new TeachingWall(KAFKA.broker(), topics, folder);
        page = new BrowserPage(browser, wall.address());
        page.setViewport(1280, 900, false);
        page.setTheme("light");
        page.open("?token=" + URLEncoder.encode(TeachingWall.ANNA.secret(), UTF_8));
    }

    @AfterEach
    void stopWall() {
        browser.get("about:blank");
        wall.close();
        topics.close();
    }

    @Test
    void drawsRegionsByMouseByFingerAndByKeyboard() {
        sendGates(1);
        RegionEditorPage editor = RegionEditorPage.open(page, ID);

        editor.draw(Kind.MOUSE, 0.1, 0.2, 0.4, 0.5);
        editor.save("barrier");
        assertBox("barrier", 0.1, 0.2, 0.4, 0.5);

        editor.draw(Kind.TOUCH, 0.6, 0.1, 0.3, 0.3);
        editor.save("lamp");
        assertBox("lamp", 0.6, 0.1, 0.3, 0.3);

        page.tabTo("#editor .new");
        page.press(Keys.ENTER);
        page.awaitFocus(RegionEditorPage.BOX);
        assertThat(editor.words()).isEqualTo("New region: left 35 %, top 35 %, width 30 %, height 30 %");
        page.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_DOWN);
        page.pressWith(Keys.SHIFT, Keys.ARROW_RIGHT);
        page.pressWith(Keys.SHIFT, Keys.ARROW_UP);
        assertThat(editor.words()).isEqualTo("New region: left 33 %, top 36 %, width 31 %, height 29 %");
        page.press(Keys.ENTER);
        editor.save("door");
        assertBox("door", 0.33, 0.36, 0.31, 0.29);
        assertThat(editor.names()).contains("barrier", "door", "lamp");
    }

    @Test
    void movesRenamesAndRemovesARegion() {
        sendGates(1);
        RegionEditorPage editor = RegionEditorPage.open(page, ID);
        editor.draw(Kind.MOUSE, 0.1, 0.2, 0.4, 0.5);
        editor.save("barrier");

        editor.act("barrier", "Move or rename");
        page.awaitFocus(RegionEditorPage.BOX);
        page.drag(Kind.MOUSE, RegionEditorPage.LAYER, 0.3, 0.4, 0.5, 0.3);
        page.drag(Kind.MOUSE, RegionEditorPage.LAYER, 0.7, 0.6, 0.8, 0.9);
        page.press(Keys.ENTER);
        editor.awaitSaved("barrier");
        assertBox("barrier", 0.3, 0.1, 0.5, 0.8);

        editor.act("barrier", "Move or rename");
        page.awaitFocus(RegionEditorPage.BOX);
        page.press(Keys.ARROW_UP, Keys.ESCAPE);
        page.awaitText(RegionEditorPage.REMARK, "Nothing was changed.");
        assertBox("barrier", 0.3, 0.1, 0.5, 0.8);

        editor.act("barrier", "Move or rename");
        page.tabTo("#editor [name=name]");
        page.pressWith(Keys.CONTROL, "a");
        editor.save("great gate");
        assertThat(editor.names()).contains("great gate").doesNotContain("barrier");
        assertThat(declared()).containsOnlyKeys(new RegionKey(CAMERA, "great gate"));

        editor.act("great gate", "Move or rename");
        page.awaitFocus(RegionEditorPage.BOX);
        page.press(Keys.DELETE);
        page.awaitFocus("dialog [value=no]");
        page.press(Keys.ENTER);
        assertThat(declared()).containsOnlyKeys(new RegionKey(CAMERA, "great gate"));
        editor.act("great gate", "Remove …");
        page.awaitFocus("dialog [value=no]");
        page.press(Keys.TAB, Keys.ENTER);
        page.awaitText(RegionEditorPage.REMARK, "great gate is removed.");
        assertThat(declared()).isEmpty();
    }

    @Test
    void isNotThereWhereTheWallDoesNotTeach() {
        sendGates(1);
        try (Wall other = Wall.start(WallSettings.local(topics.job(), 0))) {
            page = new BrowserPage(browser, other.address());
            page.open("camera?id=" + ID);
            page.awaitText("#name", CAMERA);

            assertThat(page.all("#editor").get(0).isDisplayed()).isFalse();
            assertThat(page.all(RegionEditorPage.LAYER)).isEmpty();
            browser.get("about:blank");
        }
    }

    @Test
    void labelsByKeyboardTeachesPublishesExplainsCorrectsAndGoesBack() {
        declareGate();
        sendGates(28);
        TeachPage teach = TeachPage.open(page, ID, REGION);
        teach.awaitProposals(30);
        teach.addLabel("open");
        teach.addLabel("shut");

        assertThat(teach.choose(true, 10)).isEqualTo(10);
        page.press("1");
        page.awaitText(TeachPage.LABELLED, "10 pictures under open.");
        assertThat(teach.choose(false, 10)).isEqualTo(10);
        page.press("1");
        Waiting.until("they are under open", () -> teach.labels().get(0).contains("20 pictures"), teach::labels);
        teach.undo();
        page.awaitText(TeachPage.LABELLED, "Undone.");
        assertThat(teach.labels().get(0)).contains("10 pictures");
        assertThat(teach.choose(false, 10)).isEqualTo(10);
        page.press("2");
        page.awaitText(TeachPage.LABELLED, "10 pictures under shut.");
        assertThat(teach.labels()).hasSize(2).allMatch(label -> label.contains("10 pictures"));
        assertThat(page.hasFocus(TeachPage.PROPOSED)).as("the next picture has the focus").isTrue();
        page.photograph(Path.of("target", "wall-collect.png"));

        teach.teach();
        assertThat(page.text(".report")).contains("20 pictures", "Accuracy", "The new head", "A row per label");
        page.click("#teaching .publish");
        page.awaitFocus("dialog [value=no]");
        page.press(Keys.ESCAPE);
        assertThat(declared().get(key()).head()).as("not published without a yes").isEmpty();
        teach.publish();
        String first = digest();
        sendAnswers(first, "open", 3);
        page.awaitCount(".first li", 3);
        assertThat(page.text(".first li")).contains("open", "90.0 %");

        teach.show("collect");
        page.tabTo(TeachPage.PROPOSED);
        page.press(Keys.ENTER);
        Waiting.until("it says why", () -> page.all("#why .neighbours li").size() == 3, () -> page.text("#why .answer"));
        teach.awaitPictures("#why .neighbours");
        assertThat(page.text("#why .neighbours li")).matches("(?s)(open|shut).*distance 0\\.[0-9]{3}");
        assertThat(page.all("#why canvas").get(0).isDisplayed()).isTrue();
        page.photograph(Path.of("target", "wall-why.png"));
        page.press("2");
        page.awaitText("#why [role=status]", "It is under shut now. Teaching again would help.");
        page.press(Keys.ESCAPE);
        assertThat(teach.labels().get(1)).contains("11 pictures");

        teach.teach();
        teach.publish();
        assertThat(digest()).isNotEqualTo(first);
        teach.back();
        assertThat(digest()).isEqualTo(first);
    }

    @Test
    void movesAndDeletesTaughtPictures() {
        declareGate();
        sendGates(4);
        TeachPage teach = TeachPage.open(page, ID, REGION);
        teach.awaitProposals(4);
        page.tabTo(TeachPage.PROPOSED);
        for (int i = 0; i < 3; i++) {
            page.pressWith(Keys.SHIFT, Keys.ARROW_RIGHT);
        }
        teach.addLabel("open");
        page.awaitText(TeachPage.LABELLED, "4 pictures under open.");
        teach.addLabel("shut");

        teach.show("taught");
        page.awaitCount(TeachPage.TAUGHT, 4);
        page.tabTo(TeachPage.TAUGHT);
        page.pressWith(Keys.SHIFT, Keys.ARROW_RIGHT);
        page.press("2");
        page.awaitText(TeachPage.LABELLED, "2 pictures under shut.");
        Waiting.until("they are listed there", () -> page.text("#taught h3:first-child").equals("open (2)"));
        page.click("#taught section:nth-of-type(2) .grid li");
        page.press(Keys.DELETE);
        page.awaitFocus("dialog [value=no]");
        page.press(Keys.TAB, Keys.ENTER);
        page.awaitText(TeachPage.LABELLED, "1 picture deleted.");
        page.awaitCount(TeachPage.TAUGHT, 3);
        assertThat(teach.labels()).first().asString().contains("open 2 pictures");
    }

    @Test
    void choosesPicturesWithALassoAndFromOneToAnother() {
        declareGate();
        sendGates(8);
        TeachPage.open(page, ID, REGION).awaitProposals(9);

        page.drag(Kind.MOUSE, "#collect .grid", 0.01, 0.05, 0.3, 0.3);
        int caught = page.all("#collect .grid [aria-selected=true]").size();
        assertThat(caught).isBetween(2, 6);
        page.press(Keys.ESCAPE);
        page.awaitCount("#collect .grid [aria-selected=true]", 0);

        page.click("#collect .grid li:nth-child(2)");
        page.script("""
                const item = document.querySelector("#collect .grid li:nth-child(7)");
                item.dispatchEvent(new MouseEvent("click", {bubbles: true, shiftKey: true}));""");
        page.awaitCount("#collect .grid [aria-selected=true]", 6);
    }

    @Test
    void judgesAnswersByOneKeyEach() {
        declareGate();
        sendGates(4);
        TeachPage teach = TeachPage.open(page, ID, REGION);
        teachAndPublish(teach);
        sendAnswers(digest(), "open", 4);

        page.open("review?id=" + ID + "&region=" + REGION);
        page.awaitText("#said", "open 90.0 %");
        page.awaitFocus("#right");
        page.press("w");
        Waiting.until("the next is shown", () -> page.text("#progress").startsWith("2 of "));
        page.press("b");
        Waiting.until("the one before is shown", () -> page.text("#progress").startsWith("1 of "));
        page.press("r");
        page.press("w");
        page.press("r");
        page.awaitPart("#measured", "1 of 2");

        // The table is made anew with each answer of the server.
        page.awaitPart("#measured section:first-child h3", "Random pictures");
        page.awaitPart("#measured section:first-child", digest().substring(0, 8));
        page.awaitPart("#measured section:first-child", "50.0 % (");
        page.awaitText(
                "#measured section:last-child", "Uncertain pictures\nNo uncertain pictures were reviewed yet.");
        page.photograph(Path.of("target", "wall-review.png"));
    }

    @Test
    void fitsAPhoneAndIsReadableInLightAndDark() {
        declareGate();
        sendGates(6);
        TeachPage teach = TeachPage.open(page, ID, REGION);
        teachAndPublish(teach);
        sendAnswers(digest(), "l".repeat(100), 2);
        String region = "&region=" + REGION;
        for (String theme : List.of("light", "dark")) {
            page.setTheme(theme);
            for (int width : new int[] {390, 1280}) {
                page.setViewport(width, 844, width < 400);
                for (String panel : List.of("collect", "taught", "teaching")) {
                    page.open("teach?id=" + ID + region + "#" + panel);
                    Waiting.until("the content is there", () -> page.all("#" + panel).get(0).isDisplayed()
                            && (page.all("#" + panel + " img").size() + page.all(".report table").size()) > 0);
                    page.assertReadable(theme + " " + panel, width);
                    page.photograph(Path.of("target", "wall-" + panel + "-" + theme + "-" + width + ".png"));
                }
                page.open("review?id=" + ID + region);
                page.awaitPart("#judge", "Is this right?");
                page.assertReadable(theme + " review", width);
                RegionEditorPage editor = RegionEditorPage.open(page, ID);
                editor.act(REGION, "Move or rename");
                page.assertReadable(theme + " camera", width);
            }
        }
    }

    private void teachAndPublish(TeachPage teach) {
        teach.addLabel("open");
        teach.addLabel("shut");
        teach.awaitProposals(6);
        assertThat(teach.choose(true, 3)).isPositive();
        page.press("1");
        page.awaitPart(TeachPage.LABELLED, "under open.");
        assertThat(teach.choose(false, 3)).isPositive();
        page.press("2");
        page.awaitPart(TeachPage.LABELLED, "under shut.");
        teach.teach();
        teach.publish();
    }

    private void declareGate() {
        sendGates(1);
        RegionEditorPage editor = RegionEditorPage.open(page, ID);
        editor.draw(Kind.MOUSE, BOX.x(), BOX.y(), BOX.width(), BOX.height());
        editor.save(REGION);
    }

    /** Sends pictures of an open and a shut gate, and the answers of a job that cannot tell. */
    private void sendGates(int ofEach) {
        for (int i = 0; i < ofEach; i++) {
            for (boolean isOpen : new boolean[] {true, false}) {
                captured = captured.plus(BETWEEN_FRAMES);
                send(SamplePictures.gate(isOpen, ++sent), SampleRegions.answer(REGION, BOX, "food", 0.4, false, false));
            }
        }
    }

    private void sendAnswers(String digest, String label, int count) {
        for (int i = 0; i < count; i++) {
            // Of the time after the publication, by which a head's answers are told.
            captured = Instant.now();
            send(SamplePictures.gate(true, ++sent), new RegionAnswer(REGION, BOX, false,
                    Optional.of(new HeadVerdict(REGION, digest, false, 0.1)), List.of(new Label(label, 0, 0.9f)),
                    Optional.empty()));
            int shown = i + 1;
            Waiting.until("it is shown", () -> page.all(".first li").size() >= shown);
        }
    }

    private void send(byte[] picture, RegionAnswer answer) {
        topics.classified(captured, CAMERA, 640, 480, picture, List.of(),
                answer);
    }

    private static RegionKey key() {
        return new RegionKey(CAMERA, REGION);
    }

    /** What a job would apply now. */
    private Map<RegionKey, Region> declared() {
        return wall.heads().declared(NETWORK).all().stream()
                .map(Declaration::region)
                .collect(Collectors.toMap(Region::key, Function.identity()));
    }

    private String digest() {
        return declared().get(key()).head().orElseThrow().digest();
    }

    private void assertBox(String name, double left, double top, double width, double height) {
        RegionBox box = declared().get(new RegionKey(CAMERA, name)).box();
        assertThat(new double[] {box.x(), box.y(), box.width(), box.height()})
                .as(name).containsExactly(new double[] {left, top, width, height}, within(0.011));
    }
}
