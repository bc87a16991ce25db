// Asks with Java's own client, over HTTP/1.1 or HTTP/2: each line "METHOD PATH" on stdin, a line of JSON for each.

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

class Ask {
    public static void main(String[] given) throws Exception {
        String base = given[0], cookie = given[4], password = "changeit";
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var file = new FileInputStream(given[1])) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var own = KeyStore.getInstance("PKCS12");
        try (var file = new FileInputStream(given[2])) {
            own.load(file, password.toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password.toCharArray());
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        var version = given[5].equals("h2") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
        var client = HttpClient.newBuilder().sslContext(tls).version(version).build();
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] asked = line.split(" ");
            var request = HttpRequest.newBuilder(URI.create(base + asked[1]))
                .method(asked[0], HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(10))
                .header("cookie", cookie)
                .header("accept", "application/json")
                .build();
            String told;
            try {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                String spoken = answer.version() == HttpClient.Version.HTTP_2 ? "h2" : "http/1.1";
                told = "\"status\":" + answer.statusCode() + ",\"body\":" + quoted(answer.body())
                    + ",\"protocol\":" + quoted(spoken);
            } catch (java.io.IOException error) {
                told = "\"error\":" + quoted(String.valueOf(error));
            }
            System.out.println("{\"path\":" + quoted(asked[1]) + "," + told + "}");
        }
        System.exit(0);
    }

    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            quoted.append(each < ' ' || each > '~' || each == '"' || each == '\\' ? String.format("\\u%04x", (int) each) : each);
        }
        return quoted.append('"').toString();
    }
}
