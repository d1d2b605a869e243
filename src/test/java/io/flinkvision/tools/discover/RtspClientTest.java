package io.flinkvision.tools.discover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtspClientTest {

    private static final Duration GENEROUS = Duration.ofMinutes(2);

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "m=video 0 RTP/AVP 96|a=rtpmap:96 H264/90000|a=x-dimensions:640,360; H264; 640x360",
        "m=audio 0 RTP/AVP 97|a=rtpmap:97 AAC/1|m=video 0 RTP/AVP 96|a=framesize:96 704-576|a=rtpmap:96 h265/9; H265;"
                + "704x576",
        "m=video 0 RTP/AVP 26; JPEG;", "m=audio 0 RTP/AVP 0|a=rtpmap:0 PCMU/8000; '';",
        "m=video 0 RTP/AVP 96|a=x-dimensions:0,99999999999; '';"})
    void readsCodecAndSizeOfTheVideo(String lines, String codec, String size) throws Exception {
        String description = "v=0\r\n" + lines.replace("|", "\r\n") + "\r\n";

        assertThat(answer("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: " + description.length() + "\r\n\r\n"
                + description, "", GENEROUS)).isEqualTo(new RtspAnswer.Described(codec, Optional.ofNullable(size)
                .flatMap(text -> FrameSize.parse(text.split("x")[0], text.split("x")[1])), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\n\r\n", "RTSP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: 70000\r\n\r\n"})
    void anAnswerThatIsNoneOrTooLargeIsRefused(String answer) {
        assertThatThrownBy(() -> answer(answer, "", GENEROUS)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a: b\r\n"})
    void anAnswerWithoutAnEndIsGivenUp(String part) {
        assertThatThrownBy(() -> answer("RTSP/1.0 200 OK\r\n", part, GENEROUS))
                .isInstanceOf(IOException.class).hasMessageContaining("too large");
    }

    @Test
    void aDeviceHasOnlyTheTimeThatItGets() {
        assertThatThrownBy(() -> answer("", "", Duration.ofMillis(200))).isInstanceOf(IOException.class);
    }

    /** @param endless sent again and again after the answer; empty for nothing, on a connection that stays open */
    private static RtspAnswer answer(String answer, String endless, Duration limit) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serve(server, answer, endless), "rtsp");
            thread.setDaemon(true);
            thread.start();
            RtspClient client = new RtspClient(
                    new DeviceHost(server.getInetAddress()), Optional.empty(), TimeLimit.of(limit));
            return client.describe(URI.create("rtsp://127.0.0.1:" + server.getLocalPort() + "/a"));
        }
    }

    private static void serve(ServerSocket server, String answer, String endless) {
        try (Socket viewer = server.accept()) {
            OutputStream out = viewer.getOutputStream();
            out.write(answer.getBytes(US_ASCII));
            while (!endless.isEmpty()) {
                out.write(endless.getBytes(US_ASCII));
            }
            // Until the client is gone.
            viewer.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The client is gone.
        }
    }
}
