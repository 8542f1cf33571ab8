package terzi.samples.digits;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import terzi.images.Image;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;

/** A page on which one draws a digit and sees the probabilities at once: {@code DigitPad [classifier.onnx [port]]}. */
public final class DigitPad implements AutoCloseable {

    /** The pad's width and height in pixels; the page draws white on black, as MNIST's digits are. */
    static final int PAD = 280;

    private final ImageClassifier classifier;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    /** @param port to listen on, on this machine only; 0 takes any */
    DigitPad(Path classifierFile, int port) throws IOException {
        classifier = ImageClassifier.load(
                classifierFile, ClassifierOptions.defaults().withThreads(1));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::page);
        server.createContext("/classify", this::classify);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "models/mnist/classifier.onnx");
        DigitPad pad = new DigitPad(file, arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8080);
        Runtime.getRuntime().addShutdownHook(new Thread(pad::close));
        System.out.println("draw at " + pad.address() + ", end with Ctrl-C");
    }

    private void page(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/")) {
            answer(exchange, 404, "text/plain", "nothing here");
            return;
        }
        try (InputStream page = DigitPad.class.getResourceAsStream("pad.html")) {
            if (page == null) {
                throw new IOException("pad.html is missing from the class path");
            }
            answer(exchange, 200, "text/html", new String(page.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Takes the pad's gray pixels, gives a line for each label, likeliest first: probability, tab, label. */
    private void classify(HttpExchange exchange) throws IOException {
        byte[] pixels = exchange.getRequestBody().readNBytes(PAD * PAD + 1);
        if (pixels.length != PAD * PAD) {
            answer(exchange, 400, "text/plain", "expected " + PAD + " x " + PAD + " bytes, one for each pixel");
            return;
        }
        Image digit = CentredDigit.of(new Image(PAD, PAD, 1, pixels));
        float[] probabilities = classifier.classify(digit).probabilities();
        List<String> labels = classifier.info().labels();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < probabilities.length; i++) {
            lines.append(String.format(Locale.ROOT, "%.4f\t%s%n", probabilities[i], labels.get(i)));
        }
        answer(exchange, 200, "text/plain", lines.toString());
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        classifier.close();
    }
}
