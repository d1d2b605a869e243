package io.flinkvision.tools.discover;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The host that an answer came from. A device is believed about itself only: an address on another host is not
 * followed, so that nobody on the network can make this machine call, and log in to, a third one.
 *
 * @param address the sender of the answer, or the host that was asked
 */
record DeviceHost(InetAddress address) {

    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}([.][0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+]");

    /** Address without brackets or scope. */
    String text() {
        return address.getHostAddress();
    }

    /**
     * The address that a device names, if it is one of its own host with one of the schemes, without user and
     * password. Names are not looked up: who answers for them is the network's choice.
     */
    Optional<URI> own(String text, String... schemes) {
        try {
            URI named = new URI(text.strip());
            String scheme = named.getScheme() == null ? "" : named.getScheme().toLowerCase(Locale.ROOT);
            if (List.of(schemes).contains(scheme) && isOwn(named.getHost())) {
                String authority = named.getRawAuthority();
                return Optional.of(new URI(scheme + "://" + authority.substring(authority.lastIndexOf('@') + 1)
                        + (named.getRawPath() == null ? "" : named.getRawPath())
                        + (named.getRawQuery() == null ? "" : "?" + named.getRawQuery())));
            }
        } catch (URISyntaxException e) {
            // Handled like another host.
        }
        return Optional.empty();
    }

    /** An address for people: without what may be a login. */
    static String shown(String address) {
        int scheme = address.indexOf("://") + 3;
        int at = address.lastIndexOf('@');
        String shown = at < 0 || scheme < 3 ? address : address.substring(0, scheme) + address.substring(at + 1);
        return shown.split("[?]", 2)[0];
    }

    private boolean isOwn(String host) {
        try {
            return host != null && LITERAL.matcher(host).matches() && InetAddress.getByName(host).equals(address);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
