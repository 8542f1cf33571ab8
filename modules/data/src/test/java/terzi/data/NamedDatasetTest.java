package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.DownloadException;
import terzi.files.Sha256;

/** A named dataset fetched from a server of our own. */
class NamedDatasetTest {
    private final Map<String, byte[]> files = new TreeMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    @TempDir
    private Path cache;

    @BeforeEach
    void start() throws IOException {
        for (String part : List.of("train", "t10k")) {
            ByteBuffer images = ByteBuffer.allocate(16 + 8 * 4);
            images.putInt(0x803).putInt(8).putInt(2).putInt(2).put(part.getBytes(StandardCharsets.US_ASCII));
            ByteBuffer labels = ByteBuffer.allocate(8 + 8).putInt(0x801).putInt(8);
            labels.put(new byte[] {0, 1, 0, 1, 0, 1, 0, 1});
            files.put(part + "-images-idx3-ubyte", images.array());
            files.put(part + "-labels-idx1-ubyte", labels.array());
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/data/", exchange -> {
            requests.incrementAndGet();
            String name = exchange.getRequestURI().getPath().replaceAll(".*/|\\.gz$", "");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                zip.write(files.get(name));
            }
            exchange.sendResponseHeaders(200, out.size());
            exchange.getResponseBody().write(out.toByteArray());
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private NamedDataset named() {
        Map<String, String> digests = new TreeMap<>();
        files.forEach((name, bytes) -> digests.put(name, Sha256.of(bytes)));
        String root = "http://127.0.0.1:" + server.getAddress().getPort();
        return new NamedDataset(
                "tiny",
                List.of("even", "odd"),
                List.of(cache.resolve("no such folder")),
                digests,
                List.of(URI.create(root + "/gone/"), URI.create(root + "/data/")));
    }

    private DatasetOptions options(DatasetOptions.Downloads downloads) {
        return DatasetOptions.defaults()
                .withCache(cache)
                .withDownloads(downloads)
                .withHeldOut(0, 0);
    }

    @Test
    void isFetchedOnceAndThenFoundInTheCache() throws IOException {
        NamedDataset named = named();
        DatasetSplits fetched = named.open(options(DatasetOptions.Downloads.WHEN_MISSING));
        assertEquals(8, fetched.train().size());
        assertEquals(Optional.of(8), fetched.test().map(Dataset::size));
        assertEquals(4, requests.get());
        assertEquals(
                fetched.digest(),
                named.open(options(DatasetOptions.Downloads.NEVER)).digest());
        assertEquals(4, requests.get());
    }

    @Test
    void isNotFetchedUnlessAllowed() {
        assertThrows(DatasetException.class, () -> named().open(options(DatasetOptions.Downloads.NEVER)));
        assertEquals(0, requests.get());
    }

    @Test
    void otherContentIsRefused() {
        NamedDataset named = named();
        files.get("t10k-images-idx3-ubyte")[20] ^= 1;
        DownloadException e =
                assertThrows(DownloadException.class, () -> named.open(options(DatasetOptions.Downloads.WHEN_MISSING)));
        assertTrue(e.getMessage().contains("expected SHA-256"), e.getMessage());
        assertFalse(Files.exists(cache.resolve("datasets/tiny/t10k-images-idx3-ubyte.gz")));
    }
}
