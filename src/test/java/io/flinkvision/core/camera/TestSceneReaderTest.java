package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.camera.FrameSource.TestScene.Subject;
import io.flinkvision.core.camera.FrameSource.TestScene;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class TestSceneReaderTest {

    @Test
    void mosaicsAreDecodedToTheirColours() throws Exception {
        Random random = new Random(7);
        int[] tiles = random.ints(12 * 9, 0, 1 << 24).toArray();
        tiles[0] = 0;
        tiles[1] = 0xffffff;
        tiles[2] = 0xff0000;
        tiles[3] = 0x0000ff;

        BufferedImage image = ImageIO.read(new ByteArrayInputStream(new MosaicJpeg(12, 9).encode(tiles)));

        assertThat(image.getWidth()).isEqualTo(96);
        assertThat(image.getHeight()).isEqualTo(72);
        for (int tile = 0; tile < tiles.length; tile++) {
            int colour = image.getRGB(tile % 12 * 8 + 4, tile / 12 * 8 + 4);
            for (int shift = 0; shift < 24; shift += 8) {
                assertThat(colour >> shift & 0xff).as("tile %d", tile).isBetween(
                        (tiles[tile] >> shift & 0xff) - 3, (tiles[tile] >> shift & 0xff) + 3);
            }
        }
    }

    @Test
    void theSceneMovesAndShowsItsNumberInWhite() throws Exception {
        CameraSettings settings = CameraSettings.DEFAULTS.withDefaultFps(1000);
        TestScene scene = new TestScene("door", 64, 64, 5, Subject.DISC);
        try (TestSceneReader reader = new TestSceneReader(scene, settings, Clock.systemUTC())) {
            BufferedImage zero = image(reader);
            BufferedImage one = image(reader);

            // The left column of the digit, in whose middle row a 0 has a point and a 1 has none.
            assertThat(zero.getRGB(12, 28) & 0xffffff).isGreaterThan(0xf0f0f0);
            assertThat(one.getRGB(12, 28) & 0xff).isLessThan(0xc0);
        }
    }

    @Test
    void theGateIsOpenAndShutInEveryLight() throws Exception {
        TestSceneDrawing gate = new TestSceneDrawing(new TestScene("yard", 128, 96, 5, Subject.GATE));
        Set<Integer> open = new HashSet<>();
        Set<Integer> shut = new HashSet<>();
        for (long frame = 0; frame < 400; frame++) {
            // Between the posts and below the beam, where a bar of the shut gate is.
            int colour = image(gate.jpeg(frame)).getRGB(6 * 8 + 4, 8 * 8 + 4) & 0xffffff;
            (TestSceneDrawing.isGateOpen(frame) ? open : shut).add(colour);
        }

        assertThat(open).hasSizeGreaterThan(10).doesNotContainAnyElementsOf(shut);
        assertThat(shut).hasSizeGreaterThan(10);
    }

    private static BufferedImage image(byte[] jpeg) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }

    private static BufferedImage image(TestSceneReader reader) throws Exception {
        return image(reader.next().orElseThrow().bytes());
    }
}
