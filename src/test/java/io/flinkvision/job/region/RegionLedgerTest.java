package io.flinkvision.job.region;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of the heads topic, good ones and garbage. */
class RegionLedgerTest {

    private static final Backbone BACKBONE = new Backbone("ab".repeat(32), SampleHeads.FEATURES);
    private static final Head HEAD = SampleHeads.of("gate", BACKBONE.digest());

    private final RegionLedger ledger = new RegionLedger(BACKBONE, List.of(), RegionLedger.MAX_BYTES);
    private long nextOffset;

    @Test
    void acceptsDeclarationsAndTheirRemoval() {
        RegionChange declared = ledger.accept(declaration("camera-1/gate", Optional.of(HEAD)));
        assertThat(declared.source().offset()).isZero();
        assertThat(declared.key()).isEqualTo(RegionKey.parse("camera-1/gate"));
        assertThat(declared.region().orElseThrow().head()).contains(HEAD);
        assertThat(ledger.declared().keySet()).containsExactly(declared.key());

        assertThat(ledger.accept(record("camera-1/gate", null)).region()).isEmpty();
        assertThat(ledger.declared()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate", "/gate", "camera-1/", " / ", "camera-1/ga\nte"})
    void refusesAMalformedKey(String key) {
        assertRefused(declaration(key, Optional.empty()), "must");
    }

    @Test
    void refusesNoKeyALongOneAndOneThatIsNotText() {
        assertRefused(record((byte[]) null, "{}".getBytes(UTF_8)), "no key");
        assertRefused(record(new byte[] {(byte) 0xff, '/', 'a'}, null), "not UTF-8");
        assertRefused(record(new byte[10_000], null), "has 10000 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "[]", "{}", "{\"box\": {\"x\": 0, \"y\": 0, \"width\": 2, \"height\": 1}}",
        "{\"box\": {\"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1}, \"everyMillis\": 0}",
        "{\"box\": {\"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1}, \"everyMillis\": -5}",
        "{\"box\": {\"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1}, \"head\": \"AAAA\"}",
        "{\"box\": {\"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1}, \"head\": 7}"})
    void refusesGarbage(String value) {
        assertRefused(record("camera-1/gate", value.getBytes(UTF_8)), "");
        assertThat(ledger.declared()).isEmpty();
    }

    @Test
    void refusesAHeadThatIsNoneWithItsReasonAndKeepsTheOneBefore() {
        ledger.accept(declaration("camera-1/gate", Optional.of(HEAD)));
        String box = "{\"box\": {\"x\": 0, \"y\": 0, \"width\": 1, \"height\": 1}, \"head\": \"";

        assertRefused(record("camera-1/gate", (box
                + Base64.getEncoder().encodeToString(SampleHeads.withNaN(HEAD)) + "\"}").getBytes(UTF_8)), "NaN");
        assertThat(ledger.declared()).hasSize(1);
    }

    @Test
    void refusesAForeignHeadWithBothDigests() {
        assertRefused(declaration("camera-1/gate", Optional.of(SampleHeads.of("gate", "cd".repeat(32)))),
                "cd".repeat(32), BACKBONE.digest());
        assertRefused(declaration("camera-1/gate", Optional.of(SampleHeads.of("gate", BACKBONE.digest(), 3))), "3");
    }

    @Test
    void refusesAValueOfTooManyBytes() {
        byte[] value = new byte[RegionLedger.MAX_RECORD_BYTES + 1];
        Arrays.fill(value, (byte) ' ');

        assertRefused(record("camera-1/gate", value), "2097153 bytes, more than the 2097152");
    }

    @Test
    void hasRoomForSoManyRegionsOfACameraAndSoManyInAll() {
        RegionLedger small = new RegionLedger(
                BACKBONE, List.of(RegionKey.parse("*/shared")), RegionLedger.MAX_BYTES, 4, 2);
        small.accept(declaration("camera-1/a", Optional.empty()));
        small.accept(declaration("camera-1/b", Optional.empty()));
        assertRefused(small, declaration("camera-1/c", Optional.empty()), "camera-1 has 2 regions already");
        small.accept(declaration("camera-2/a", Optional.empty()));
        assertRefused(small, declaration("camera-3/a", Optional.empty()), "4 regions already");

        small.accept(declaration("camera-1/b", Optional.empty()));
        small.accept(declaration("*/shared", Optional.empty()));
        small.accept(record("*/shared", null));
        assertRefused(small, declaration("camera-3/a", Optional.empty()), "4 regions already");
        small.accept(record("camera-1/b", null));
        small.accept(record("camera-1/b", null));
        small.accept(declaration("camera-3/a", Optional.empty()));
        assertRefused(small, declaration("camera-1/b", Optional.empty()), "4 regions already");
    }

    @Test
    void aMillionDeclarationsTakeTheRoomOfTheLimit() {
        int accepted = 0;
        for (int i = 0; i < 3 * RegionLedger.MAX_REGIONS; i++) {
            try {
                ledger.accept(declaration("camera-" + i + "/gate", Optional.empty()));
                accepted++;
            } catch (ModelException e) {
                assertThat(e).hasMessageContaining("10000 regions already");
            }
        }

        assertThat(accepted).isEqualTo(RegionLedger.MAX_REGIONS);
        assertThat(ledger.declared()).hasSize(RegionLedger.MAX_REGIONS);
    }

    @Test
    void hasRoomForSoManyBytesOfHeads() {
        long room = 2 * (HEAD.bytes().length + 1_000);
        RegionLedger small = new RegionLedger(BACKBONE, List.of(), room);
        small.accept(declaration("camera-1/gate", Optional.of(HEAD)));
        small.accept(declaration("camera-2/gate", Optional.of(HEAD)));
        assertRefused(small, declaration("camera-3/gate", Optional.of(HEAD)), "more than the " + room);

        small.accept(declaration("camera-2/gate", Optional.of(HEAD)));
        small.accept(record("camera-1/gate", null));
        RegionLedger restored = new RegionLedger(BACKBONE, List.of(), room);
        small.declared().forEach(restored::restore);
        restored.accept(declaration("camera-3/gate", Optional.of(HEAD)));
        assertRefused(restored, declaration("camera-4/gate", Optional.of(HEAD)), "more than the " + room);
    }

    @Test
    void saysWhatToSetWhereCheckpointsAreInMemory() {
        RegionLedger inMemory = new RegionLedger(BACKBONE, List.of(), RegionLedger.MAX_BYTES_IN_MEMORY);
        inMemory.restore(RegionKey.parse("camera-1/gate"), (int) RegionLedger.MAX_BYTES_IN_MEMORY);

        assertRefused(inMemory, declaration("camera-2/gate", Optional.of(HEAD)), "execution.checkpointing.dir");
    }

    @Test
    void theBoundsHoldForTheRegionsOfAnEarlierLedger() {
        RegionLedger before = new RegionLedger(BACKBONE, List.of(), RegionLedger.MAX_BYTES, 2, 2);
        before.accept(declaration("camera-1/a", Optional.empty()));
        before.accept(declaration("camera-2/a", Optional.empty()));
        RegionLedger after = new RegionLedger(BACKBONE, List.of(), RegionLedger.MAX_BYTES, 2, 2);
        before.declared().forEach(after::restore);

        assertRefused(after, declaration("camera-3/a", Optional.empty()), "2 regions already");
        after.accept(declaration("camera-2/a", Optional.empty()));
    }

    @Test
    void equalHeadsAreInMemoryOnce() {
        Head first = ledger.accept(declaration("camera-1/gate", Optional.of(HEAD))).region().orElseThrow().head()
                .orElseThrow();
        Head second = new RegionLedger(BACKBONE, List.of(), RegionLedger.MAX_BYTES).accept(declaration("camera-2/gate", Optional.of(HEAD)))
                .region().orElseThrow().head().orElseThrow();

        assertThat(second).isSameAs(first);
    }

    private void assertRefused(RawRecord record, String... words) {
        assertRefused(ledger, record, words);
    }

    private static void assertRefused(RegionLedger ledger, RawRecord record, String... words) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ledger.accept(record))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private RawRecord declaration(String key, Optional<Head> head) {
        return record(key, new Region(new RegionKey("any", "region"), new RegionBox(0, 0, 1, 1), Optional.empty(),
                head).toJson());
    }

    private RawRecord record(String key, byte[] value) {
        return record(key.getBytes(UTF_8), value);
    }

    private RawRecord record(byte[] key, byte[] value) {
        return new RawRecord(new RecordCoordinates("heads", 0, nextOffset++), Optional.ofNullable(key),
                Optional.ofNullable(value), List.of());
    }
}
