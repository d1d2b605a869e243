package io.flinkvision.tools.feed;

import java.util.List;
import java.util.Map;

/**
 * FFmpeg's options for each kind of source, foremost the protocols and the formats that it may use. Without them a
 * source that somebody else wrote could have it open other files and addresses.
 */
final class AllowedInput {

    private static final String PROTOCOLS = "protocol_whitelist";
    private static final String FORMATS = "format_whitelist";

    /**
     * The formats that hold their video themselves. Those that name other files or addresses are missing: playlists
     * ({@code hls}, {@code dash}, {@code concat}, {@code imf}, {@code vobsub}), session descriptions ({@code sdp}) and
     * numbered pictures ({@code image2}).
     */
    private static final String VIDEOS = String.join(",", List.of(
            "mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "mpegvideo", "flv", "live_flv", "asf", "ogg",
            "mjpeg", "mpjpeg", "jpeg_pipe", "png_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "ppm_pipe", "pgm_pipe",
            "pbm_pipe", "gif", "apng", "h264", "hevc", "vvc", "m4v", "h263", "h261", "vc1", "av1", "obu", "ivf",
            "dirac", "dv", "mxf", "gxf", "nut", "rm", "wtv", "nsv", "rawvideo", "yuv4mpegpipe", "dhav", "ifv", "evc",
            "cavsvideo", "avs2", "avs3", "swf", "film_cpk", "roq", "smk", "bink", "flic", "nuv", "mtv", "pva", "ty",
            "r3d", "lvf", "moflex", "mv", "thp", "dnxhd", "fits", "kux"));

    /** The playlists, and what they have beside video, without which FFmpeg opens none of it. */
    private static final String PLAYLISTS = "hls,dash,aac,mp3,ac3,eac3,webvtt";

    private AllowedInput() {}

    /** A video in a file. */
    static Map<String, String> file() {
        return Map.of(PROTOCOLS, "file", FORMATS, VIDEOS);
    }

    /** A video or a playlist by HTTP. */
    static Map<String, String> http() {
        return Map.of(
                PROTOCOLS, "http,https,httpproxy,tcp,tls,crypto,data", FORMATS, VIDEOS + "," + PLAYLISTS);
    }

    /** A camera by RTSP: over UDP, packets get lost; and few firewalls let them in. */
    static Map<String, String> rtsp() {
        return Map.of("rtsp_transport", "tcp", "allowed_media_types", "video",
                PROTOCOLS, "rtsp,rtsps,tcp,tls", FORMATS, "rtsp,rtp,asf,mpegts");
    }

    /** A camera of this machine, which is asked for JPEG first: most have it, and it needs no encoding here. */
    static Map<String, String> device() {
        return Map.of("input_format", "mjpeg", PROTOCOLS, "file");
    }
}
