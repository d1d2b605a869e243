#!/usr/bin/python3
"""Cameras that speak RTSP, by GStreamer: rtsp-server.py PORT NAME=CODEC,WIDTHxHEIGHT,FPS|FILE.mp4...

Each NAME is a camera at rtsp://127.0.0.1:PORT/NAME: a test pattern in H.264 or H.265 (CODEC is h264 or h265), or a file
with H.264, once at the pace of its times, from the start of this program. All viewers of a camera share one encoder.
Prints 'ready' when it listens, and runs until it is killed. On Debian it needs the packages python3-gi,
gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base, -good, -bad and -ugly.
"""
import socket
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

# A key frame every two seconds, as cameras send them; no frame that refers to a later one.
ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=superfast key-int-max={gop} bitrate={kbit} threads=1"
            " ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96 config-interval=1",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} bitrate={kbit}"
            " option-string=pools=1:frame-threads=1 ! h265parse ! rtph265pay name=pay0 pt=96 config-interval=1",
}

# They play as long as this program refers to them.
PLAYERS = []


def play(file):
    """Plays a file to a port of this machine, and returns what receives it there.

    A server of files lets each viewer seek, for all who watch with it, and a second one may stop the first. What comes
    from a port is live: whoever connects sees what there is.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Plain H.264 has no times: it would be sent as fast as it is read.
    player = Gst.parse_launch(f"filesrc location={file} ! qtdemux ! h264parse ! rtph264pay pt=96 config-interval=1"
                              f" ! udpsink host=127.0.0.1 port={port} buffer-size=4000000")
    player.set_state(Gst.State.PLAYING)
    PLAYERS.append(player)
    return (f"( udpsrc address=127.0.0.1 port={port} buffer-size=4000000"
            f" caps=\"application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=96\""
            f" ! rtph264depay ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )")


def pipeline(description):
    """What makes a camera's pictures: a file, or a test pattern in which a ball moves, drawn, encoded and packed."""
    if description.endswith(".mp4"):
        return play(description)
    codec, size, fps = description.split(",")
    width, height = (int(side) for side in size.split("x"))
    encoder = ENCODERS[codec].format(gop=2 * int(fps), kbit=max(200, width * height * int(fps) // 10_000))
    return (f"( videotestsrc is-live=true pattern=ball"
            f" ! video/x-raw,format=I420,width={width},height={height},framerate={fps}/1 ! {encoder} )")


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    Gst.init(None)
    missing = [name for name in ("videotestsrc", "x264enc", "x265enc", "rtph264pay", "rtph265pay", "h265parse")
               if Gst.ElementFactory.find(name) is None]
    if missing:
        sys.exit("GStreamer has no " + ", ".join(missing))
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(arguments[0])
    for camera in arguments[1:]:
        name, description = camera.split("=", 1)
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(pipeline(description))
        factory.set_shared(True)
        server.get_mount_points().add_factory("/" + name, factory)
    if server.attach(None) == 0:
        sys.exit(f"Port {arguments[0]} is taken")
    print("ready", flush=True)
    GLib.MainLoop().run()


main(sys.argv[1:])
