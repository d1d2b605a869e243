package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.wall.EventStream.CameraChoice;
import io.flinkvision.tools.watch.SampleRegions;
import io.flinkvision.tools.watch.SampleStates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CamerasTest {

    private static final CameraChoice ALL = new CameraChoice(EventStream.ALL);
    private static final Thumbnail THUMBNAIL = new Thumbnail(new byte[] {1}, 4, 3);

    private long now = 1_000_000;
    private boolean hasViewers = true;
    private final Cameras cameras = new Cameras(
            3, "images"::equals, false, () -> hasViewers, () -> Instant.ofEpochMilli(now));

    @Test
    void tellsEverythingFirstAndThenWhatHasChanged() {
        add("gate", "food", 1);
        add("hall", "other", 2);
        Cameras.Changes first = cameras.changes(0, ALL);
        add("gate", "report", 3);
        Cameras.Changes second = cameras.changes(first.version(), ALL);

        assertThat(first.whole()).isTrue();
        assertThat(names(first)).containsExactlyInAnyOrder("gate", "hall");
        assertThat(second.whole()).isFalse();
        assertThat(names(second)).containsExactly("gate");
        assertThat(second.cameras().get(0).labels().get(0).label()).isEqualTo("report");
        assertThat(cameras.changes(second.version(), ALL).cameras()).isEmpty();
    }

    @Test
    void forgetsTheCameraThatWasSilentForLongest() {
        add("first", "food", 1);
        add("second", "food", 2);
        add("third", "food", 3);
        add("first", "food", 4);
        long before = cameras.changes(0, ALL).version();
        add("fourth", "food", 5);

        assertThat(names(cameras.changes(0, ALL))).containsExactlyInAnyOrder("first", "third", "fourth");
        assertThat(cameras.changes(before, ALL).gone()).containsExactly(Camera.id(Optional.of("second")));
    }

    @Test
    void tellsEverythingAnewToThoseWhoMissedWhatWent() {
        add("first", "food", 1);
        long before = cameras.changes(0, ALL).version();
        for (int i = 0; i < 20; i++) {
            add("camera " + i, "food", i);
        }

        Cameras.Changes changes = cameras.changes(before, ALL);
        assertThat(changes.whole()).isTrue();
        assertThat(names(changes)).containsExactlyInAnyOrder("camera 17", "camera 18", "camera 19");
    }

    @Test
    void wantsTheNewestPictureOnceASecond() {
        add("gate", "food", 1);
        add("gate", "food", 2);
        assertThat(offsets(cameras.wanted(10))).containsExactly(2L);
        add("gate", "food", 3);
        assertThat(cameras.wanted(10)).isEmpty();

        now += 1000;
        assertThat(offsets(cameras.wanted(10))).containsExactly(3L);
    }

    @Test
    void wantsNoPictureTwiceWhetherThereWasOneOrNot() {
        add("gate", "food", 1);
        add("hall", "food", 2);
        List<PictureFetcher.Request> requests = cameras.wanted(10);
        cameras.answer(requests.get(0), Optional.of(THUMBNAIL));
        cameras.answer(requests.get(1), Optional.empty());
        now += 1000;

        assertThat(requests).hasSize(2);
        assertThat(cameras.wanted(10)).isEmpty();
    }

    @Test
    void wantsThoseFirstThatWaitedLongest() {
        add("first", "food", 1);
        add("second", "food", 2);
        assertThat(offsets(cameras.wanted(1))).containsExactly(1L);
        assertThat(offsets(cameras.wanted(1))).containsExactly(2L);
    }

    @Test
    void wantsNothingWhileNobodyLooks() {
        add("gate", "food", 1);
        hasViewers = false;

        assertThat(cameras.wanted(10)).isEmpty();
    }

    @Test
    void readsNoTopicThatIsNotTheJobsInputWhateverARecordSays() {
        cameras.add(SampleRecords.of(Optional.of("gate"), "food", "secrets", 1), now);

        assertThat(cameras.wanted(10)).isEmpty();
        assertThat(names(cameras.changes(0, ALL))).containsExactly("gate");
    }

    @Test
    void showsThePictureTopicsLastPictureOfACameraThatTheJobReadsItself() {
        Cameras pictured = new Cameras(3, "pictures"::equals, true, () -> true, () -> Instant.ofEpochMilli(now));
        pictured.add(SampleRecords.ofFrame("gate", "food", 1), now);
        assertThat(pictured.wanted(10)).as("none has come yet").isEmpty();
        assertThat(unpictured(pictured)).containsExactly(false);

        pictured.addPicture(SampleRecords.of(Optional.of("gate"), "food", "pictures", 7));
        assertThat(offsets(pictured.wanted(10))).containsExactly(7L);
        now += 1_000;
        pictured.add(SampleRecords.ofFrame("gate", "food", 2), now);
        pictured.addPicture(SampleRecords.of(Optional.of("gate"), "food", "pictures", 8));
        pictured.add(SampleRecords.ofFrame("gate", "food", 3), now);
        assertThat(offsets(pictured.wanted(10))).containsExactly(8L);
    }

    @Test
    void keepsThePictureThatCameBeforeTheFirstLabelsAndNoneOfAnotherTopic() {
        Cameras pictured = new Cameras(3, "pictures"::equals, true, () -> true, () -> Instant.ofEpochMilli(now));
        pictured.addPicture(SampleRecords.of(Optional.of("gate"), "food", "pictures", 7));
        pictured.addPicture(SampleRecords.of(Optional.of("gate"), "food", "secret", 8));
        pictured.addPicture(SampleRecords.of(Optional.of("hall"), "food", "secret", 9));
        pictured.add(SampleRecords.ofFrame("gate", "food", 1), now);
        pictured.add(SampleRecords.ofFrame("hall", "food", 1), now);

        assertThat(offsets(pictured.wanted(10))).containsExactly(7L);
    }

    @Test
    void saysOfACameraThatTheJobReadsItselfThatThereAreNoPicturesOfIt() {
        add("gate", "food", 1);
        cameras.add(SampleRecords.ofFrame("hall", "food", 1), now);

        assertThat(unpictured(cameras)).containsExactly(false, true);
        assertThat(cameras.wanted(10)).hasSize(1);
    }

    private static List<Boolean> unpictured(Cameras cameras) {
        return cameras.changes(0, ALL).cameras().stream().map(view -> view.latest().picture().nowhere()).toList();
    }

    @Test
    void givesEachPictureAVersionOfItsOwn() {
        add("gate", "food", 1);
        String id = Camera.id(Optional.of("gate"));
        assertThat(cameras.picture(id)).isEmpty();

        cameras.answer(cameras.wanted(1).get(0), Optional.of(THUMBNAIL));
        long first = cameras.picture(id).orElseThrow().version();
        add("gate", "food", 2);
        now += 1000;
        cameras.answer(cameras.wanted(1).get(0), Optional.of(THUMBNAIL));

        assertThat(cameras.picture(id).orElseThrow().version()).isGreaterThan(first);
        assertThat(cameras.changes(0, ALL).cameras().get(0).pictureVersion()).isGreaterThan(first);
    }

    @Test
    void keepsTheLastSixHundredRecordsOfACamera() {
        for (int i = 0; i < 700; i++) {
            add("gate", i % 2 == 0 ? "Food" : "other", i);
        }
        String id = Camera.id(Optional.of("gate"));

        assertThat(cameras.timeLine(id, "").orElseThrow()).hasSize(600).first()
                .extracting(Camera.Entry::offset).isEqualTo(699L);
        assertThat(cameras.timeLine(id, "foo").orElseThrow()).hasSize(300)
                .allMatch(entry -> entry.label().equals("Food"));
        assertThat(cameras.timeLine("0000000000000000", "")).isEmpty();
    }

    @Test
    void keepsAKeyAndNoKeyApart() {
        add("", "food", 1);
        cameras.add(SampleRecords.of(Optional.empty(), "food", "images", 2), now);

        assertThat(names(cameras.changes(0, ALL))).containsExactlyInAnyOrder("", "(no key)");
    }

    @Test
    void knowsACameraByItsStateBeforeItsFirstLabels() {
        cameras.addState("gate", Optional.of(SampleStates.shown("food", Instant.ofEpochSecond(5))));
        cameras.addState("gate/bay", Optional.of(SampleStates.offline(Instant.ofEpochSecond(6))));
        Cameras.Changes first = cameras.changes(0, ALL);
        cameras.addState("gate", Optional.of(SampleStates.shown("food", Instant.ofEpochSecond(5))));

        Camera.View gate = first.cameras().get(0);
        assertThat(names(first)).containsExactly("gate");
        assertThat(gate.at()).isZero();
        assertThat(gate.state()).contains(
                new CameraStates.View("", true, 5_000, Optional.of("food"), false, List.of()));
        assertThat(gate.regionStates()).containsExactly(
                new CameraStates.View("bay", false, 6_000, Optional.empty(), false, List.of()));
        assertThat(cameras.changes(first.version(), ALL).cameras()).as("told again").isEmpty();

        add("gate", "report", 1);
        assertThat(cameras.changes(first.version(), ALL).cameras()).singleElement()
                .extracting(Camera.View::state).isEqualTo(gate.state());
    }

    @Test
    void aCameraOfWhichNothingIsKnownAnyLongerGoes() {
        cameras.addState("gate", Optional.of(SampleStates.offline(Instant.ofEpochSecond(5))));
        cameras.addState("hall", Optional.of(SampleStates.offline(Instant.ofEpochSecond(5))));
        add("hall", "food", 1);
        long before = cameras.changes(0, ALL).version();
        cameras.addState("gate", Optional.empty());
        cameras.addState("hall", Optional.empty());
        cameras.addState("nobody", Optional.empty());

        Cameras.Changes changes = cameras.changes(before, ALL);
        assertThat(changes.gone()).containsExactly(Camera.id(Optional.of("gate")));
        assertThat(names(changes)).containsExactly("hall");
        assertThat(changes.cameras().get(0).state()).isEmpty();
        assertThat(changes.count()).isEqualTo(1);
    }

    @Test
    void takesAKeyWithASlashForARegionUntilACameraHasIt() {
        cameras.addState("hall/left", Optional.of(SampleStates.shown("food", Instant.ofEpochSecond(5))));
        assertThat(names(cameras.changes(0, ALL))).containsExactly("hall");

        add("hall/left", "food", 1);
        cameras.addState("hall/left", Optional.of(SampleStates.shown("other", Instant.ofEpochSecond(6))));
        assertThat(names(cameras.changes(0, ALL))).containsExactly("hall/left");
        assertThat(cameras.changes(0, ALL).cameras().get(0).state().orElseThrow().label()).contains("other");
    }

    @Test
    void statesPushNoCameraOut() {
        add("first", "food", 1);
        for (int i = 0; i < 10; i++) {
            cameras.addState("camera " + i, Optional.of(SampleStates.offline(Instant.ofEpochSecond(5))));
        }
        assertThat(names(cameras.changes(0, ALL))).containsExactlyInAnyOrder("first", "camera 0", "camera 1");
        add("second", "food", 2);
        assertThat(names(cameras.changes(0, ALL))).containsExactlyInAnyOrder("second", "camera 0", "camera 1");
    }

    @Test
    void cutsLongTextShort() {
        add("k".repeat(100_000), "l".repeat(100_000), 1);

        Camera.View camera = cameras.changes(0, ALL).cameras().get(0);
        assertThat(camera.name()).hasSize(200).endsWith("k…");
        assertThat(camera.labels().get(0).label()).hasSize(100).endsWith("l…");
        assertThat(camera.minute().get(59)).hasSize(100);
    }

    @Test
    void takesNoTimeThatIsYetToCome() {
        cameras.add(SampleRecords.of("gate", "food", 1), now + 1_000_000);

        assertThat(cameras.changes(0, ALL).cameras().get(0).at()).isEqualTo(now);
    }

    @Test
    void keepsTheLastAnswerOfEachRegionThoughNotAllAreInEachRecord() {
        addRegions("gate", SampleRegions.answer("door", "open", 0.9), SampleRegions.answer("bay", "free", 0.8));
        now += 1000;
        addRegions("gate", SampleRegions.answer("door", "shut", 0.7, true, false));

        Camera.View gate = cameras.changes(0, ALL).cameras().get(0);
        assertThat(gate.labels()).isEmpty();
        assertThat(gate.regions()).extracting(CameraRegions.View::name, CameraRegions.View::label,
                CameraRegions.View::unknown, CameraRegions.View::at).containsExactly(
                        tuple("bay", "free", false, now - 1000), tuple("door", "shut", true, now));
        assertThat(gate.minute()).containsOnly("");
    }

    @Test
    void keepsAtMostSoManyRegionsTheNewestOnes() {
        for (int i = 0; i < 3 * CameraRegions.MAX; i++) {
            addRegions("gate", SampleRegions.answer("region " + i, "open", 0.9));
            now++;
        }

        assertThat(cameras.changes(0, ALL).cameras().get(0).regions()).hasSize(CameraRegions.MAX)
                .allMatch(region -> region.at() >= now - CameraRegions.MAX);
    }

    @Test
    void takesARegionForRemovedAfterAnHourWithoutAnAnswer() {
        addRegions("gate", SampleRegions.answer("door", "open", 0.9));
        now += Duration.ofHours(1).toMillis();
        addRegions("gate", SampleRegions.answer("bay", "free", 0.8));
        assertThat(cameras.changes(0, ALL).cameras().get(0).regions()).hasSize(2);

        now++;
        addRegions("gate", SampleRegions.answer("bay", "free", 0.8));
        assertThat(cameras.changes(0, ALL).cameras().get(0).regions()).extracting(CameraRegions.View::name)
                .containsExactly("bay");
    }

    @Test
    void putsIntoTheTimeLineWhatARegionShowsAnew() {
        for (int i = 0; i < 20; i++) {
            addRegions("gate", SampleRegions.answer("door", i < 10 ? "open" : "shut", 0.9, i == 15, false));
        }
        String id = Camera.id(Optional.of("gate"));

        assertThat(cameras.timeLine(id, "").orElseThrow())
                .extracting(entry -> entry.region().orElseThrow(), Camera.Entry::label, Camera.Entry::unknown)
                .containsExactly(tuple("door", "shut", false), tuple("door", "shut", true),
                        tuple("door", "shut", false), tuple("door", "open", false));
        assertThat(cameras.timeLine(id, "OPEN").orElseThrow()).hasSize(1);
        assertThat(cameras.timeLine(id, "door").orElseThrow()).hasSize(4);
    }

    @Test
    void makesTheTextsOfRegionsFitToBeShown() {
        addRegions("gate", SampleRegions.answer("\u202edoor", "l".repeat(100_000), 0.9));

        CameraRegions.View region = cameras.changes(0, ALL).cameras().get(0).regions().get(0);
        assertThat(region.name()).isEqualTo("\ufffddoor");
        assertThat(region.label()).hasSize(100).endsWith("l…");
    }

    private void addRegions(String camera, RegionAnswer... regions) {
        cameras.add(SampleRegions.regions(camera, regions), now);
    }

    private void add(String camera, String label, long offset) {
        cameras.add(SampleRecords.of(camera, label, offset), now);
    }

    private static List<String> names(Cameras.Changes changes) {
        return changes.cameras().stream().map(Camera.View::name).toList();
    }

    private static List<Long> offsets(List<PictureFetcher.Request> requests) {
        return requests.stream().map(request -> request.record().offset()).toList();
    }
}
