package terzi.samples.digits;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real browser without a window, told what to do through Chromium's DevTools protocol. */
final class Browser implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://127\\.0\\.0\\.1:(\\d+)/");
    private static final Pattern PAGE =
            Pattern.compile("\"type\": \"page\",.*?\"webSocketDebuggerUrl\": \"(ws:[^\"]+)\"", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]+)\"");

    private final Process process;
    private final WebSocket socket;
    private final ConcurrentHashMap<Integer, CompletableFuture<String>> answers;
    private int calls;

    private Browser(Process process, WebSocket socket, ConcurrentHashMap<Integer, CompletableFuture<String>> answers) {
        this.process = process;
        this.socket = socket;
        this.answers = answers;
    }

    static Optional<Path> installed() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of("/usr/bin", name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser open(Path program, URI page, Path profile) throws Exception {
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--window-size=900,640",
                        "--remote-debugging-port=0",
                        "--remote-allow-origins=*",
                        "--user-data-dir=" + profile,
                        page.toString())
                .redirectErrorStream(true)
                .start();
        try {
            BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
            String port = port(log);
            Thread drain = new Thread(() -> log.lines().forEach(line -> {}), "browser-log");
            drain.setDaemon(true);
            drain.start();
            HttpClient client = HttpClient.newHttpClient();
            ConcurrentHashMap<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(pageSocket(client, port), new Answers(answers))
                    .get(20, TimeUnit.SECONDS);
            return new Browser(process, socket, answers);
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String port(BufferedReader log) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                return listening.group(1);
            }
        }
        throw new IOException("the browser ended before it listened");
    }

    private static URI pageSocket(HttpClient client, String port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                .build();
        for (int attempt = 0; attempt < 100; attempt++) {
            Matcher page = PAGE.matcher(
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
            if (page.find()) {
                return URI.create(page.group(1));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IOException("the browser opened no page");
    }

    private static final class Answers implements WebSocket.Listener {
        private final ConcurrentHashMap<Integer, CompletableFuture<String>> answers;
        private final StringBuilder message = new StringBuilder();

        Answers(ConcurrentHashMap<Integer, CompletableFuture<String>> answers) {
            this.answers = answers;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                Matcher id = ID.matcher(message);
                if (id.find()) {
                    answers.computeIfAbsent(Integer.valueOf(id.group(1)), i -> new CompletableFuture<>())
                            .complete(message.toString());
                }
                message.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private String call(String method, String parameters) throws Exception {
        int id = ++calls;
        CompletableFuture<String> answer = answers.computeIfAbsent(id, i -> new CompletableFuture<>());
        socket.sendText("{\"id\":%d,\"method\":\"%s\",\"params\":{%s}}".formatted(id, method, parameters), true)
                .get(10, TimeUnit.SECONDS);
        return answer.get(20, TimeUnit.SECONDS);
    }

    /** A drag of the left button through these points of the page. */
    void draw(int[]... points) throws Exception {
        mouse("mousePressed", points[0]);
        for (int[] point : points) {
            mouse("mouseMoved", point);
        }
        mouse("mouseReleased", points[points.length - 1]);
    }

    private void mouse(String type, int[] at) throws Exception {
        call(
                "Input.dispatchMouseEvent",
                "\"type\":\"" + type + "\",\"x\":" + at[0] + ",\"y\":" + at[1]
                        + ",\"button\":\"left\",\"buttons\":1,\"clickCount\":1");
    }

    /** The text that an expression gives, once it gives any. */
    String text(String expression) throws Exception {
        String seen = "";
        for (int attempt = 0; attempt < 100; attempt++) {
            seen = call("Runtime.evaluate", "\"expression\":\"" + expression + "\"");
            Matcher value = VALUE.matcher(seen);
            if (value.find() && !value.group(1).isEmpty()) {
                return value.group(1);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IOException(expression + " stays empty: " + seen);
    }

    /** A PNG of the page in base64. */
    String screenshot() throws Exception {
        Matcher data = DATA.matcher(call("Page.captureScreenshot", ""));
        if (!data.find()) {
            throw new IOException("no screenshot");
        }
        return data.group(1);
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
