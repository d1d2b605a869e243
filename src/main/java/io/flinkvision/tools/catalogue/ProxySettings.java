package io.flinkvision.tools.catalogue;

import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The proxies, from Java's properties ({@code https.proxyHost} and the like) or else from the variables that curl and
 * others know: {@code https_proxy}, {@code http_proxy}, {@code all_proxy}, {@code no_proxy}, in lower or upper case.
 * No message contains the user names and passwords in them. Loopback addresses need no proxy.
 *
 * @param selector the proxy of each address
 * @param authenticator user names and passwords, if a proxy has some
 */
public record ProxySettings(ProxySelector selector, Optional<Authenticator> authenticator) {

    /** As curl's. */
    private static final int DEFAULT_PORT = 1080;

    private record KnownProxy(String host, int port, Optional<PasswordAuthentication> login) {}

    /** Reads an environment and Java's properties, which override it. */
    public static ProxySettings of(Map<String, String> environment, Properties properties) {
        Map<String, KnownProxy> proxies = new HashMap<>();
        for (String scheme : List.of("http", "https")) {
            if (properties.getProperty(scheme + ".proxyHost") == null) {
                variable(environment, scheme + "_proxy").or(() -> variable(environment, "all_proxy"))
                        .ifPresent(value -> proxies.put(scheme, proxy(scheme + "_proxy", value)));
            }
        }
        List<String> direct = List.of(variable(environment, "no_proxy").orElse("").split("[\\s,]+"));
        return new ProxySettings(new Selector(Map.copyOf(proxies), direct), authenticator(proxies));
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
                .map(String::strip).filter(value -> !value.isEmpty());
    }

    private static KnownProxy proxy(String variable, String value) {
        URI address;
        try {
            address = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            // Neither the value nor the exception, which has the value in it: there may be a password in it.
            throw new ToolException("The environment variable " + variable
                    + " is not the address of a proxy, such as http://proxy.example:3128");
        }
        if (address.getHost() == null || !"http".equals(address.getScheme())) {
            throw new ToolException("The environment variable " + variable + " must be an address such as"
                    + " http://proxy.example:3128; proxies of other kinds (socks, https) are not supported");
        }
        Optional<PasswordAuthentication> login = Optional.ofNullable(address.getUserInfo())
                .map(text -> text.split(":", 2))
                .map(parts -> new PasswordAuthentication(
                        parts[0], (parts.length > 1 ? parts[1] : "").toCharArray()));
        return new KnownProxy(address.getHost(), address.getPort() < 0 ? DEFAULT_PORT : address.getPort(), login);
    }

    private static Optional<Authenticator> authenticator(Map<String, KnownProxy> proxies) {
        List<KnownProxy> withLogin = proxies.values().stream().filter(proxy -> proxy.login().isPresent()).toList();
        if (withLogin.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                // The JDK's class asks for null where there is none.
                return getRequestorType() != RequestorType.PROXY ? null : withLogin.stream()
                        .filter(proxy -> proxy.host().equalsIgnoreCase(getRequestingHost())
                                && proxy.port() == getRequestingPort())
                        .findFirst().flatMap(KnownProxy::login).orElse(null);
            }
        });
    }

    /** Falls back to Java's own selector, which reads the properties, for a scheme without a variable. */
    private static final class Selector extends ProxySelector {

        private final Map<String, KnownProxy> proxies;
        private final List<String> direct;

        Selector(Map<String, KnownProxy> proxies, List<String> direct) {
            this.proxies = proxies;
            this.direct = List.copyOf(direct);
        }

        @Override
        public List<Proxy> select(URI address) {
            KnownProxy proxy = proxies.get(address.getScheme());
            if (proxy == null) {
                return ProxySelector.getDefault() == null
                        ? List.of(Proxy.NO_PROXY)
                        : ProxySelector.getDefault().select(address);
            }
            return Catalogue.LOOPBACK.contains(address.getHost())
                            || direct.stream().anyMatch(pattern -> matches(pattern, address))
                    ? List.of(Proxy.NO_PROXY)
                    : List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.host(), proxy.port())));
        }

        /** {@code *}, a host, or a domain with all hosts in it, with or without its dot; a port may follow. */
        private static boolean matches(String pattern, URI address) {
            String host = address.getHost().toLowerCase(Locale.ROOT);
            String name = pattern.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
            int port = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
            if (name.endsWith(":" + port)) {
                name = name.substring(0, name.lastIndexOf(':'));
            }
            return name.equals("*") || !name.isEmpty() && (host.equals(name) || host.endsWith("." + name));
        }

        @Override
        public void connectFailed(URI address, SocketAddress proxy, IOException reason) {
            // The client throws it as well.
        }
    }
}
