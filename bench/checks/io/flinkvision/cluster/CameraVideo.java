package io.flinkvision.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** H.264 as a camera makes it, by FFmpeg: a photograph that the camera pans over, with the noise of a sensor. */
final class CameraVideo {

    private static final Path PHOTOGRAPH = Path.of("conf/models/triage/images/meal_1.jpg").toAbsolutePath();

    /**
     * Of a pixel of a frame, {@code -Dcameras.bits}. Cameras hold a rate; 0.28 is what the Kush gauge has for a picture
     * that moves much: 0.07 by 4 (K. Amerasinghe, H.264 for the rest of us, Adobe 2009).
     */
    private static final double BITS = Double.parseDouble(System.getProperty("cameras.bits", "0.28"));

    private CameraVideo() {}

    /**
     * H.264 with a key frame every two seconds, in MP4.
     *
     * @param size such as {@code 640x480}
     */
    static Path of(Path folder, String size, int fps, Duration length) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ffmpeg")), "FFmpeg is not installed");
        String[] sides = size.split("x");
        int width = Integer.parseInt(sides[0]);
        int height = Integer.parseInt(sides[1]);
        Path video = folder.resolve(size + ".mp4");
        String rate = Math.round(BITS * width * height * fps / 1000) + "k";
        String pan = "scale=%d:-2,crop=%d:%d,zoompan=z='1.3+0.2*sin(on/20)':x='(iw-iw/zoom)/2*(1+sin(on/15))'"
                + ":y='(ih-ih/zoom)/2':d=1:s=%s:fps=%d,noise=alls=4:allf=t,format=yuv420p";
        try (ChildProcess ffmpeg = ChildProcess.start("ffmpeg", List.of("/usr/bin/ffmpeg", "-v", "error", "-y",
                "-loop", "1", "-framerate", Integer.toString(fps), "-i", PHOTOGRAPH.toString(),
                "-vf", pan.formatted(2 * width, 2 * width, 2 * height, size, fps),
                "-frames:v", Long.toString(fps * length.toSeconds()),
                "-c:v", "libx264", "-profile:v", "main", "-preset", "veryfast", "-bf", "0",
                "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", Integer.toString(2 * fps), video.toString()),
                Map.of())) {
            if (ffmpeg.awaitEnd() != 0) {
                throw new AssertionError("FFmpeg makes no video: " + ffmpeg.logText());
            }
        }
        return video;
    }
}
