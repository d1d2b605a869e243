package io.flinkvision.core.camera;

import java.util.List;
import java.util.Map;

/**
 * FFmpeg's options for each kind of source, above all the allow-lists of protocols and formats. Without them, a source
 * from somebody else could make FFmpeg open other files and addresses.
 */
final class AllowedInput {

    private static final String PROTOCOLS = "protocol_whitelist";
    private static final String FORMATS = "format_whitelist";

    /**
     * The formats that contain their video. Those that refer to other files or addresses are missing: playlists
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

    /** Playlists, and the audio and subtitles in them, without which FFmpeg does not open the video. */
    private static final String PLAYLISTS = "hls,dash,aac,mp3,ac3,eac3,webvtt";

    private AllowedInput() {}

    static Map<String, String> file() {
        return Map.of(PROTOCOLS, "file", FORMATS, VIDEOS);
    }

    static Map<String, String> http() {
        return Map.of(
                PROTOCOLS, "http,https,httpproxy,tcp,tls,crypto,data", FORMATS, VIDEOS + "," + PLAYLISTS);
    }

    /** TCP, because over UDP packets get lost and few firewalls let them in. */
    static Map<String, String> rtsp() {
        return Map.of("rtsp_transport", "tcp", "allowed_media_types", "video",
                PROTOCOLS, "rtsp,rtsps,tcp,tls", FORMATS, "rtsp,rtp,asf,mpegts");
    }

    /** JPEG is preferred: most cameras have it, and it needs no encoding here. */
    static Map<String, String> device() {
        return Map.of("input_format", "mjpeg", PROTOCOLS, "file");
    }
}
