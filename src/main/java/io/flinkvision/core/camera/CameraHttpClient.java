package io.flinkvision.core.camera;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's HTTP client with the proxy and the trust in certificates that FFmpeg has for the same cameras. */
public final class CameraHttpClient {

    private CameraHttpClient() {}

    /**
     * Makes a client that follows no redirects.
     *
     * @param environment the variables that name the proxy; empty for none
     */
    public static HttpClient create(Map<String, String> environment, Duration connectTimeout) {
        return HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .proxy(new EnvironmentProxy(environment))
                .sslContext(trustingContext())
                .build();
    }

    private static SSLContext trustingContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has TLS", e);
        }
    }

    /**
     * The proxy of the variables {@code http_proxy} and {@code no_proxy}, for https as well. These are FFmpeg's rules
     * and not curl's, because FFmpeg reads what this client's answer turns out to be, such as HLS.
     */
    static final class EnvironmentProxy extends ProxySelector {

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
            // The request fails with the same exception.
        }
    }

    /**
     * Accepts any certificate, as FFmpeg does by default: nearly all cameras have self-signed ones for another host
     * name. TLS then protects from eavesdropping only.
     */
    private static final class AnyCertificate extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
