package io.flinkvision.image;

/**
 * A part of an encoded picture.
 *
 * @param start the first byte's position
 * @param end the position behind the last byte
 */
record ByteRange(int start, int end) {

    int length() {
        return end - start;
    }
}
