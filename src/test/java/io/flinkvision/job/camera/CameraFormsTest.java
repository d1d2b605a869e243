package io.flinkvision.job.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.CameraDeclaration;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CameraFormsTest {

    private static final CameraSplit SPLIT = new CameraSplit(
            new CameraDeclaration("Tür", new TreeMap<>(Map.of("source", "rtsp://u:${PW}@h/", "fps", "5"))), 1_700_000);

    /** What the first version wrote. */
    private static final String FIRST_SPLIT = "0000000454c3bc72" + "00000002" + "00000003667073" + "0000000135"
            + "00000006736f75726365" + "00000011727473703a2f2f753a247b50577d40682f" + "000000000019f0a0";

    private static final String FIRST_STATE = "000000000019f0a0";

    @Test
    void theFirstVersionsAreRead() throws IOException {
        assertThat(CameraForms.SPLIT.deserialize(1, HexFormat.of().parseHex(FIRST_SPLIT))).isEqualTo(SPLIT);
        assertThat(CameraForms.STATE.deserialize(1, HexFormat.of().parseHex(FIRST_STATE)))
                .isEqualTo(new CameraSourceState(1_700_000));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(CameraForms.SPLIT.deserialize(CameraForms.SPLIT.getVersion(), CameraForms.SPLIT.serialize(SPLIT)))
                .isEqualTo(SPLIT);
        CameraSourceState state = new CameraSourceState(Long.MAX_VALUE);
        assertThat(CameraForms.STATE.deserialize(CameraForms.STATE.getVersion(), CameraForms.STATE.serialize(state)))
                .isEqualTo(state);
    }

    @Test
    void aLaterVersionIsRefusedWithAdvice() {
        assertThatThrownBy(() -> CameraForms.STATE.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("state of cameras of version 2")
                .hasMessageContaining("start the newer flink-vision");
    }

    @Test
    void theTextOfASplitShowsNoSource() {
        assertThat(SPLIT).hasToString("Tür-1700000");
    }
}
