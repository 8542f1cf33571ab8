package terzi.samples.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

class ClassifyServiceTest {

    private static final String BOUNDARY = "-----image";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Path IMAGES = Path.of("../images");

    private static ConfigurableApplicationContext service;
    private static URI root;

    @BeforeAll
    static void start() {
        service = SpringApplication.run(
                ClassifyService.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn",
                "--terzi.classifier=../../models/fashion-mnist-deep/classifier.onnx");
        int port = ((ServletWebServerApplicationContext) service).getWebServer().getPort();
        root = URI.create("http://127.0.0.1:" + port + "/");
    }

    @AfterAll
    static void stop() {
        ImageClassifier classifier = service.getBean(ImageClassifier.class);
        service.close();
        // Spring closed it
        assertThrows(IllegalStateException.class, () -> classifier.classify(IMAGES.resolve("bag.png")));
    }

    @Test
    void anUploadedImageIsClassified() throws Exception {
        HttpResponse<String> answer = upload("image", Files.readAllBytes(IMAGES.resolve("ankle-boot.png")));
        assertEquals(200, answer.statusCode(), answer.body());
        Prediction expected = service.getBean(ImageClassifier.class).classify(IMAGES.resolve("ankle-boot.png"));
        assertEquals(5, expected.top().size());
        String top = expected.top().stream()
                .map(score -> "{\"label\":\"" + score.label() + "\",\"index\":" + score.index() + ",\"probability\":"
                        + score.probability() + "}")
                .collect(Collectors.joining(","));
        assertEquals(
                "{\"label\":\"Ankle boot\",\"probability\":" + expected.probability()
                        + ",\"strangeness\":0.0,\"rejected\":false,\"top\":[" + top + "]}",
                answer.body());
    }

    @Test
    void aBadUploadIsAProblemThatSaysWhatIsWrong() throws Exception {
        HttpResponse<String> page = upload("image", "<html></html>".getBytes(StandardCharsets.US_ASCII));
        assertProblem(422, "UNKNOWN_FORMAT", page);
        assertTrue(page.body().contains("found a web page"), page.body());
        assertProblem(422, "EMPTY", upload("image", new byte[0]));
        byte[] bag = Files.readAllBytes(IMAGES.resolve("bag.png"));
        assertProblem(422, "TRUNCATED", upload("image", Arrays.copyOf(bag, bag.length / 2)));
        assertProblem(413, "TOO_LARGE", upload("image", bomb(bag)));
        HttpResponse<String> other = upload("file", new byte[1]);
        assertEquals(400, other.statusCode());
        assertEquals("application/problem+json", type(other));
        assertTrue(other.body().contains("image"), other.body());
    }

    @Test
    void theHealthCheckAsksTheNetwork() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(root.resolve("actuator/health")).build();
        HttpResponse<String> health = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, health.statusCode());
        String expected = "\"classifier\":{\"status\":\"UP\",\"details\":{\"device\":\"cpu\",\"labels\":10}";
        assertTrue(health.body().contains(expected), health.body());
    }

    @Test
    void theClassPathHasOnnxRuntimeForTheCpuOnly() {
        String classPath = System.getProperty("java.class.path");
        assertTrue(classPath.contains("onnxruntime-1."), classPath);
        assertFalse(classPath.contains("onnxruntime_gpu"), classPath);
        String natives = "/ai/onnxruntime/native/linux-x64/";
        assertNull(ImageClassifier.class.getResource(natives + "libonnxruntime_providers_cuda.so"));
        assertTrue(ImageClassifier.class.getResource(natives + "libonnxruntime.so") != null);
    }

    /** A PNG whose header claims 2,500 million pixels. */
    private static byte[] bomb(byte[] png) {
        byte[] bomb = png.clone();
        ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000);
        CRC32 crc = new CRC32();
        crc.update(bomb, 12, 17);
        ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());
        return bomb;
    }

    private static void assertProblem(int status, String kind, HttpResponse<String> found) {
        assertEquals(status, found.statusCode(), found.body());
        assertEquals("application/problem+json", type(found));
        assertTrue(found.body().contains("\"kind\":\"" + kind + "\""), found.body());
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    private static HttpResponse<String> upload(String field, byte[] image) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field
                + "\"; filename=\"upload\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(image);
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        HttpRequest request = HttpRequest.newBuilder(root.resolve("classify"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
