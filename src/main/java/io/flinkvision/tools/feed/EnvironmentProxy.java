package io.flinkvision.tools.feed;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The proxy of the variables {@code http_proxy} and {@code no_proxy}, by the rules that FFmpeg takes them. */
final class EnvironmentProxy extends ProxySelector {

    private static final String SCHEME = "http://";
    private static final int DEFAULT_PORT = 80;

    private final Map<String, String> environment;

    EnvironmentProxy(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<Proxy> select(URI address) {
        String proxy = environment.getOrDefault("http_proxy", "");
        if (!proxy.startsWith(SCHEME) || isExcluded(address.getHost().toLowerCase(Locale.ROOT))) {
            return List.of(Proxy.NO_PROXY);
        }
        try {
            URI parsed = URI.create(proxy);
            int port = parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort();
            return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(parsed.getHost(), port)));
        } catch (IllegalArgumentException e) {
            return List.of(Proxy.NO_PROXY);
        }
    }

    private boolean isExcluded(String host) {
        return Arrays.stream(environment.getOrDefault("no_proxy", "").toLowerCase(Locale.ROOT).split("[\\s,]+"))
                .filter(pattern -> !pattern.isEmpty())
                .anyMatch(pattern -> pattern.equals("*") || matches(host, pattern.replaceFirst("^[*]?[.]?", "")));
    }

    private static boolean matches(String host, String domain) {
        return host.equals(domain) || host.endsWith("." + domain);
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // The request itself fails with it.
    }
}
