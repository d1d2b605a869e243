package io.flinkvision.tools.discover;

import java.net.URI;
import java.util.Optional;

/**
 * A stream that a device offers by ONVIF.
 *
 * @param videoSource the token of the sensor or channel that it shows
 * @param name for people
 * @param codec as ONVIF names it, such as {@code H264}; empty if it is not known
 * @param size of its frames, if known
 * @param address without user and password
 */
record OnvifProfile(String videoSource, String name, String codec, Optional<FrameSize> size, URI address) {}
