package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DEMUXER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_FORBIDDEN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_UNAUTHORIZED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PROTOCOL_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Converts FFmpeg's error codes to exceptions whose messages are for the user who named the source. */
final class FfmpegError {

    /** The negative error numbers of Linux. */
    private static final int ENOENT = -2;
    private static final int EACCES = -13;
    private static final int EBUSY = -16;
    private static final int ENODEV = -19;
    private static final int EAGAIN = -11;

    private static final int MAX_TEXT_BYTES = 256;

    private FfmpegError() {}

    /** Whether a codec needs another call first. */
    static boolean isTryAgain(int code) {
        return code == EAGAIN;
    }

    /**
     * The exception for a source that could not be opened, or was lost.
     *
     * @param code FFmpeg's, negative
     * @throws CameraException if a retry would not help
     */
    static IOException of(int code, FrameSource source) {
        String name = source.description();
        if (code == AVERROR_HTTP_UNAUTHORIZED || code == AVERROR_HTTP_FORBIDDEN) {
            throw HttpConnection.refusedCredentials(source);
        }
        if (code == AVERROR_DECODER_NOT_FOUND || code == AVERROR_DEMUXER_NOT_FOUND
                || code == AVERROR_PROTOCOL_NOT_FOUND) {
            throw new CameraException(name + " has a format or a codec that this FFmpeg does not know: " + text(code));
        }
        if (code == ENOENT || code == ENODEV) {
            throw new CameraException("There is no device or file " + name);
        }
        if (code == EACCES) {
            throw new CameraException(name + " may not be read; to read a device, the user must be in the group video");
        }
        if (code == EBUSY) {
            return new IOException(name + " is in use by another program");
        }
        if (code == AVERROR_INVALIDDATA) {
            return new IOException(name + " delivers no video that FFmpeg recognises");
        }
        if (code == AVERROR_HTTP_NOT_FOUND) {
            return new IOException(name + " is not there (404): the host answers, but knows no such path");
        }
        if (code == AVERROR_EXIT) {
            return new IOException(name + " has been silent for too long");
        }
        return new IOException(name + ": " + text(code));
    }

    /** FFmpeg's own message, such as {@code Connection refused}. */
    static String text(int code) {
        byte[] text = new byte[MAX_TEXT_BYTES];
        av_strerror(code, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
