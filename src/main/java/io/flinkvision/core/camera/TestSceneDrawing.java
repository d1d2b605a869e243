package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.TestScene.Subject;
import io.flinkvision.core.camera.FrameSource.TestScene;
import java.util.Arrays;
import java.util.List;

/**
 * Draws a test scene: a disc that moves to and fro over a background in the camera's own colour, or a gate that opens
 * and shuts in changing light; and above it the frame's number. It is cheap enough for hundreds of cameras on one
 * machine.
 */
public final class TestSceneDrawing {

    /** Frames after which the disc is where it was. */
    public static final int FRAMES_TO_AND_FRO = 60;

    /** Frames for which the gate stays open, and then shut. */
    private static final int FRAMES_PER_STATE = 20;

    /** Frames after which the light is the same; no multiple of the gate's, so that each state is seen in each light. */
    private static final int FRAMES_PER_DAY = 97;

    private static final double MIN_LIGHT = 0.5;

    /** Ten digits of three by five points; one number of three bits per row, from the top. */
    private static final List<int[]> DIGITS = List.of(
            new int[] {7, 5, 5, 5, 7}, new int[] {2, 6, 2, 2, 7}, new int[] {7, 1, 7, 4, 7}, new int[] {7, 1, 7, 1, 7},
            new int[] {5, 5, 7, 1, 1}, new int[] {7, 4, 7, 1, 7}, new int[] {7, 4, 7, 5, 7}, new int[] {7, 1, 1, 1, 1},
            new int[] {7, 5, 7, 5, 7}, new int[] {7, 5, 7, 1, 7});

    private static final int WHITE = 0xffffff;

    private final int columns;
    private final int rows;
    private final MosaicJpeg encoder;
    private final int[] background;
    private final int hue;
    private final Subject subject;

    public TestSceneDrawing(TestScene scene) {
        this.columns = scene.width() / MosaicJpeg.TILE;
        this.rows = scene.height() / MosaicJpeg.TILE;
        this.encoder = new MosaicJpeg(columns, rows);
        this.hue = Math.floorMod(scene.name().hashCode() * 31, 360);
        this.subject = scene.subject();
        this.background = background(columns, rows, hue);
    }

    /**
     * Where the disc is, in parts of the picture's width.
     *
     * @param left its left side
     * @param right its right side
     */
    public record Disc(double left, double right) {}

    /** Where the disc is in a frame. */
    public Disc disc(long frame) {
        int centre = discColumn(frame);
        return new Disc((centre - radius()) / (double) columns, (centre + radius() + 1) / (double) columns);
    }

    /** A frame as a JPEG. */
    public byte[] jpeg(long frame) {
        return encoder.encode(draw(frame));
    }

    private int[] draw(long frame) {
        int[] tiles = background.clone();
        switch (subject) {
            case DISC -> drawDisc(tiles, frame);
            case GATE -> {
                drawGate(tiles, isGateOpen(frame));
                dim(tiles, light(frame));
            }
        }
        drawNumber(tiles, frame);
        return tiles;
    }

    private void drawDisc(int[] tiles, long frame) {
        int colour = colour((hue + 180) % 360, 0.9);
        int radius = radius();
        int centreColumn = discColumn(frame);
        int centreRow = rows * 2 / 3;
        for (int row = Math.max(0, centreRow - radius); row <= Math.min(rows - 1, centreRow + radius); row++) {
            for (int column = centreColumn - radius; column <= centreColumn + radius; column++) {
                int down = row - centreRow;
                int right = column - centreColumn;
                if (column >= 0 && column < columns && down * down + right * right <= radius * radius) {
                    tiles[row * columns + column] = colour;
                }
            }
        }
    }

    /** Whether the gate of a frame is open, as it is in the first ones. */
    public static boolean isGateOpen(long frame) {
        return frame / FRAMES_PER_STATE % 2 == 0;
    }

    /** A road with a post on either side, and between them bars as long as the gate is shut. */
    private void drawGate(int[] tiles, boolean open) {
        int left = columns / 4;
        int right = columns - 1 - left;
        int road = colour(40, 0.7);
        int iron = colour((hue + 180) % 360, 0.9);
        for (int row = rows / 3; row < rows; row++) {
            for (int column = left; column <= right; column++) {
                boolean isPost = column - left < 2 || right - column < 2;
                boolean isBar = !open && (column % 3 == 0 || row < rows / 3 + 2);
                tiles[row * columns + column] = isPost ? WHITE : isBar ? iron : road;
            }
        }
    }

    /** From {@link #MIN_LIGHT} to 1. */
    private static double light(long frame) {
        double phase = 2 * Math.PI * (frame % FRAMES_PER_DAY) / FRAMES_PER_DAY;
        return MIN_LIGHT + (1 - MIN_LIGHT) * (1 + Math.cos(phase)) / 2;
    }

    private static void dim(int[] tiles, double light) {
        for (int i = 0; i < tiles.length; i++) {
            int red = (int) (light * (tiles[i] >> 16 & 0xff));
            int green = (int) (light * (tiles[i] >> 8 & 0xff));
            int blue = (int) (light * (tiles[i] & 0xff));
            tiles[i] = red << 16 | green << 8 | blue;
        }
    }

    private int radius() {
        return Math.max(1, Math.min(columns, rows) / 8);
    }

    private int discColumn(long frame) {
        int phase = (int) (frame % FRAMES_TO_AND_FRO);
        int way = Math.min(phase, FRAMES_TO_AND_FRO - phase);
        return radius() + (columns - 1 - 2 * radius()) * way / (FRAMES_TO_AND_FRO / 2);
    }

    /** As many of the last digits as fit into a row of the picture. */
    private void drawNumber(int[] tiles, long frame) {
        String digits = Long.toString(frame);
        int fitting = Math.min(digits.length(), (columns - 1) / 4);
        String shown = digits.substring(digits.length() - fitting);
        for (int place = 0; place < shown.length(); place++) {
            int[] digit = DIGITS.get(shown.charAt(place) - '0');
            for (int row = 0; row < digit.length; row++) {
                for (int column = 0; column < 3; column++) {
                    if ((digit[row] >> 2 - column & 1) == 1) {
                        tiles[(row + 1) * columns + 1 + 4 * place + column] = WHITE;
                    }
                }
            }
        }
    }

    private static int[] background(int columns, int rows, int hue) {
        int[] tiles = new int[columns * rows];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(tiles, row * columns, (row + 1) * columns, colour(hue, 0.2 + 0.4 * row / rows));
        }
        return tiles;
    }

    /** A saturated colour: its hue in degrees, its brightness from 0 to 1. */
    private static int colour(int hue, double value) {
        int result = 0;
        for (int offset : new int[] {5, 3, 1}) {
            double sector = (offset + hue / 60.0) % 6;
            double share = Math.max(0, Math.min(1, Math.min(sector, 4 - sector)));
            result = result << 8 | (int) Math.round(255 * value * (1 - 0.8 * share));
        }
        return result;
    }
}
