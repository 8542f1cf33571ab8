package terzi.runs.amazon;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import terzi.files.Sha256;
import terzi.files.WholeFile;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;

/**
 * Builds a folder of images per category from the metadata of Amazon Reviews'23 (Hou et al., Bridging Language and Items
 * for Retrieval and Recommendation, 2024): the main image of each product, under the product's number.
 *
 * <p>Which products: a random sample, fixed by the seed, of the first {@code scan} in the metadata. Each product has a
 * rank drawn from seed and number; those with the lowest are tried in that order until there are enough. So the same
 * request gives the same folder, asking for more later only adds, and memory does not grow with the metadata.
 *
 * <p>The folder can be built over several runs: {@code manifest.csv} lists the images, {@code skipped.csv} the products
 * that are of no use, and neither is asked for again. An image is moved into place when it is complete and checked, and
 * entered after that; one that was not entered is fetched again.
 */
public final class AmazonImages {
    private static final int MAX_BYTES = 20_000_000;
    private static final ImageDecoder.Limits LIMITS = new ImageDecoder.Limits(50_000_000, MAX_BYTES);

    private final AmazonRequest request;
    private final PoliteClient client;
    private final AmazonListener listener;
    private final Path state;
    private final Ledger manifest;
    private final Ledger skipped;
    /** Images that are there: file by digest of its content. */
    private final Map<String, String> files = new HashMap<>();
    /** Products of a category that have been dealt with: {@code All_Beauty/B01CUPMQZE}. */
    private final Set<String> done = new HashSet<>();

    private final Map<String, Integer> counts = new HashMap<>();

    private AmazonImages(AmazonRequest request, String version, AmazonListener listener) throws IOException {
        this.request = request;
        this.client = new PoliteClient(request.pace(), version);
        this.listener = listener;
        this.state = Files.createDirectories(request.folder().resolve(".amazon"));
        this.manifest = Ledger.open(
                request.folder().resolve("manifest.csv"),
                "file",
                "category",
                "asin",
                "url",
                "sha256",
                "width",
                "height",
                "time");
        this.skipped =
                Ledger.open(request.folder().resolve("skipped.csv"), "category", "asin", "url", "reason", "time");
    }

    /**
     * Builds the folder, or goes on with it.
     *
     * @param request which images, where from and where to
     * @param version of Terzi, told to servers
     * @param listener receives the progress
     * @return with {@link AmazonSummary#stopped()} where a server refused to go on
     * @throws IOException if metadata is missing, the folder is in use by another run, or the disk fails
     */
    public static AmazonSummary build(AmazonRequest request, String version, AmazonListener listener)
            throws IOException {
        Path state = Files.createDirectories(request.folder().resolve(".amazon"));
        try (FileChannel channel =
                        FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = tryLock(channel)) {
            if (lock == null) {
                throw new IOException(request.folder() + ": another run is building this folder; wait for it");
            }
            return new AmazonImages(request, version, listener).build();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private AmazonSummary build() throws IOException {
        load();
        List<AmazonSummary.Category> categories = new ArrayList<>();
        String stopped = "";
        for (String category : request.categories()) {
            Map<String, Integer> reasons = new TreeMap<>();
            int before = counts.getOrDefault(category, 0);
            Choice choice = new Choice(List.of(), 0, Map.of());
            if (stopped.isEmpty() && before < request.perClass()) {
                try {
                    choice = Choice.of(category, request, state, client, listener);
                    collect(category, choice.products(), reasons);
                } catch (PoliteClient.Refused e) {
                    stopped = e.getMessage() == null ? "refused" : e.getMessage();
                }
            }
            int now = counts.getOrDefault(category, 0);
            categories.add(new AmazonSummary.Category(
                    category, now, now - before, request.perClass(), choice.read(), choice.unusable(), reasons));
        }
        return new AmazonSummary(categories, stopped);
    }

    /** What earlier runs have done. An image that has been deleted since is not fetched again. */
    private void load() throws IOException {
        for (List<String> row : manifest.rows()) {
            done.add(row.get(1) + "/" + row.get(2));
            files.put(row.get(4), row.get(0));
            if (Files.isRegularFile(request.folder().resolve(row.get(0)))) {
                counts.merge(row.get(1), 1, Integer::sum);
            }
        }
        for (List<String> row : skipped.rows()) {
            done.add(row.get(0) + "/" + row.get(1));
        }
    }

    private void collect(String category, List<Product> products, Map<String, Integer> reasons) throws IOException {
        Path folder = Files.createDirectories(request.folder().resolve(category));
        for (Product product : products) {
            int have = counts.getOrDefault(category, 0);
            listener.have(category, have, request.perClass());
            if (have >= request.perClass()) {
                return;
            }
            if (done.contains(category + "/" + product.asin())) {
                continue;
            }
            try {
                take(category, folder, product);
                counts.merge(category, 1, Integer::sum);
            } catch (PoliteClient.Missing e) {
                reasons.merge(e.reason(), 1, Integer::sum);
                if (e.isForGood()) {
                    skipped.add(category, product.asin(), product.url(), e.reason(), now());
                }
            }
        }
        listener.have(category, counts.getOrDefault(category, 0), request.perClass());
    }

    private void take(String category, Path folder, Product product) throws IOException {
        byte[] bytes = client.fetch(URI.create(product.url()), MAX_BYTES);
        Image image;
        try {
            image = ImageDecoder.read(bytes, product.url(), LIMITS);
        } catch (ImageException e) {
            e.rethrowUnlessUnreadable();
            throw new PoliteClient.Missing(
                    "image " + e.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '), true);
        }
        if (Math.min(image.width(), image.height()) < request.minSide()) {
            throw new PoliteClient.Missing("image too small", true);
        }
        String digest = Sha256.of(bytes);
        if (files.containsKey(digest)) {
            throw new PoliteClient.Missing("image there already", true);
        }
        String name = product.asin() + extension(bytes);
        Path part = Files.write(state.resolve("image.part"), bytes);
        WholeFile.move(part, folder.resolve(name));
        String file = category + "/" + name;
        manifest.add(file, category, product.asin(), product.url(), digest, image.width(), image.height(), now());
        files.put(digest, file);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    /** By content; addresses lie. */
    private static String extension(byte[] bytes) {
        return switch (bytes[0] & 0xff) {
            case 0xff -> ".jpg";
            case 0x89 -> ".png";
            case 'G' -> ".gif";
            case 'R' -> ".webp";
            default -> ".bmp";
        };
    }
}
