package terzi.backbones;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import terzi.files.Sha256;

/** Hugging Face in this JVM: repositories of any name, with the same addresses and answers; requests are kept with their ranges. */
final class HubServer implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final Map<String, Map<String, byte[]>> repositories = new ConcurrentHashMap<>();
    private final Map<String, String> licences = new ConcurrentHashMap<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    HubServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
            try (exchange) {
                answer(exchange);
            }
        });
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    HubServer put(String repository, String file, byte[] content) {
        repositories.computeIfAbsent(repository, name -> new TreeMap<>()).put(file, content);
        return this;
    }

    HubServer put(String repository, String file, String content) {
        return put(repository, file, content.getBytes(StandardCharsets.UTF_8));
    }

    void remove(String repository, String file) {
        repositories.get(repository).remove(file);
    }

    HubServer licence(String repository, String licence) {
        licences.put(repository, licence);
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        for (Map.Entry<String, Map<String, byte[]>> repository : repositories.entrySet()) {
            String name = repository.getKey();
            if (path.equals("api/models/" + name) || path.startsWith("api/models/" + name + "/revision/")) {
                send(exchange, listing(name).getBytes(StandardCharsets.UTF_8));
                return;
            }
            if (path.startsWith(name + "/resolve/")) {
                String file = path.substring((name + "/resolve/").length());
                byte[] content = repository.getValue().get(file.substring(file.indexOf('/') + 1));
                if (content != null) {
                    send(exchange, content);
                    return;
                }
            }
        }
        exchange.sendResponseHeaders(404, -1);
    }

    private String listing(String repository) {
        StringBuilder siblings = new StringBuilder();
        repositories.get(repository).forEach((name, content) -> siblings.append(siblings.isEmpty() ? "" : ",")
                .append("{\"rfilename\": \"" + name + "\"")
                .append(name.endsWith(".onnx") ? ", \"lfs\": {\"sha256\": \"" + Sha256.of(content) + "\"}" : "")
                .append("}"));
        String card = licences.containsKey(repository)
                ? ", \"cardData\": {\"license\": \"" + licences.get(repository) + "\"}"
                : "";
        return "{\"sha\": \"" + COMMIT + "\"" + card + ", \"siblings\": [" + siblings + "]}";
    }

    /** The whole content, or its end if the request asks for it. */
    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (range != null) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
