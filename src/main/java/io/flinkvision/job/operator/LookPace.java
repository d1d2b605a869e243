package io.flinkvision.job.operator;

/**
 * How often a camera's frames are looked at before they are decoded: each one, until several in a row had to be decoded
 * anyway; then two in a row, so that they can be compared with each other, after ever longer pauses. An unchanged frame
 * ends that.
 *
 * @param decoded looks in a row after which the frame was decoded, up to {@value #MAX_DECODED}
 * @param pause frames that are not looked at before the next one that is
 */
record LookPace(int decoded, int pause) {

    /** Every frame is looked at. */
    static final LookPace EVERY_FRAME = new LookPace(0, 0);

    /** Looks in a row, from the first, without a pause between them. */
    private static final int PATIENCE = 4;

    private static final int FIRST_PAUSE = 2;

    /** The look after which the pause is the longest: 64 frames, beside whose decoding two looks cost little. */
    private static final int MAX_DECODED = 14;

    LookPace {
        if (decoded < 0 || pause < 0) {
            throw new IllegalArgumentException(decoded + " looks and a pause of " + pause + " frames");
        }
    }

    /** Whether the next frame is looked at. */
    boolean isDue() {
        return pause == 0;
    }

    /** After a frame that was not looked at. */
    LookPace passed() {
        return new LookPace(decoded, pause - 1);
    }

    /** After a frame that was looked at and had to be decoded. */
    LookPace afterDecoding() {
        // The second look of a pair is the even one.
        int looks = decoded >= MAX_DECODED ? MAX_DECODED - 1 : decoded + 1;
        boolean pauses = looks >= PATIENCE && looks % 2 == 0;
        return new LookPace(looks, pauses ? FIRST_PAUSE << (looks - PATIENCE) / 2 : 0);
    }
}
