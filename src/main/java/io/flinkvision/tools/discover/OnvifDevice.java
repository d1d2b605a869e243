package io.flinkvision.tools.discover;

import java.util.List;

/**
 * A device as it describes itself by ONVIF.
 *
 * @param maker empty if it does not tell
 * @param model empty if it does not tell
 * @param profiles its streams
 */
record OnvifDevice(String maker, String model, List<OnvifProfile> profiles) {

    OnvifDevice {
        profiles = List.copyOf(profiles);
    }
}
