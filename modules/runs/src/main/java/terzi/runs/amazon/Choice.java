package terzi.runs.amazon;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import terzi.files.WholeFile;

/**
 * The products of a category that are tried, in this order. It is written down when the metadata has been read, so that a
 * later run does not read it again.
 *
 * @param read how many lines of metadata were read in this run
 */
record Choice(List<Product> products, int read, Map<String, Integer> unusable) {
    private static final List<String> PUBLISHED = List.of(
            "https://mcauleylab.ucsd.edu/public_datasets/data/amazon_2023/raw/meta_categories/meta_%s.jsonl.gz",
            "https://huggingface.co/datasets/McAuley-Lab/Amazon-Reviews-2023/resolve/main/raw/meta_categories/meta_%s.jsonl");

    static Choice of(String category, AmazonRequest request, Path state, PoliteClient client, AmazonListener listener)
            throws IOException {
        // some images are gone: more products than images are wanted
        int wanted = Math.addExact(Math.multiplyExact(4, request.perClass()), 100);
        String settings = "# seed " + request.seed() + " scan " + request.scan() + " products " + wanted + " size "
                + request.size() + " from " + request.metadata().orElse("the public metadata");
        Path file = state.resolve(category + ".txt");
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.get(0).equals(settings)) {
                return new Choice(parse(lines), 0, Map.of());
            }
        }
        Choice choice = read(category, request, wanted, client, listener);
        List<String> lines = new ArrayList<>(List.of(settings));
        choice.products.forEach(p -> lines.add(p.rank() + "\t" + p.asin() + "\t" + p.url()));
        WholeFile.text(file, out -> out.write(String.join("\n", lines) + "\n"));
        return choice;
    }

    private static List<Product> parse(List<String> lines) {
        List<Product> products = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split("\t", 3);
            products.add(new Product(Long.parseLong(values[0]), values[1], values[2]));
        }
        return products;
    }

    private static Choice read(
            String category, AmazonRequest request, int wanted, PoliteClient client, AmazonListener listener)
            throws IOException {
        TreeSet<Product> lowest = new TreeSet<>();
        Map<String, Integer> unusable = new TreeMap<>();
        int read = 0;
        try (InputStream stream = open(category, request, client);
                Lines lines = Lines.of(stream)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.isBlank()) {
                    continue;
                }
                read++;
                try {
                    if (lines.wasTooLong()) {
                        throw new Product.Unusable("line too long");
                    }
                    lowest.add(Product.parse(line, request));
                    if (lowest.size() > wanted) {
                        lowest.pollLast();
                    }
                } catch (Product.Unusable e) {
                    unusable.merge(e.reason(), 1, Integer::sum);
                }
                if (read % 500 == 0) {
                    listener.reading(category, read);
                }
                if (read == request.scan()) {
                    break;
                }
            }
        }
        if (lowest.isEmpty()) {
            throw new IOException("the metadata of " + category + ": expected products with images, one JSON object a"
                    + " line, found none in " + read + " lines" + (unusable.isEmpty() ? "" : " (" + unusable + ")"));
        }
        return new Choice(List.copyOf(lowest), read, unusable);
    }

    /** The first of the places that has the metadata. */
    private static InputStream open(String category, AmazonRequest request, PoliteClient client) throws IOException {
        List<String> failures = new ArrayList<>();
        for (String place : places(category, request.metadata().orElse(null))) {
            try {
                if (isWeb(place)) {
                    return client.stream(URI.create(place));
                }
                if (Files.isRegularFile(Path.of(place))) {
                    return Files.newInputStream(Path.of(place));
                }
                failures.add(place + ": no such file");
            } catch (PoliteClient.Missing e) {
                failures.add(place + ": " + e.reason());
            }
        }
        throw new IOException("the metadata of " + category + " was not found:\n  " + String.join("\n  ", failures)
                + "\nCheck the name of the category and the connection, or put meta_" + category
                + ".jsonl.gz into a folder and name that with withMetadata(...)");
    }

    private static boolean isWeb(String place) {
        return place.startsWith("http://") || place.startsWith("https://");
    }

    private static List<String> places(String category, @Nullable String given) {
        if (given == null) {
            return PUBLISHED.stream()
                    .map(pattern -> String.format(pattern, category))
                    .toList();
        }
        if (given.endsWith(".jsonl") || given.endsWith(".jsonl.gz")) {
            return List.of(given);
        }
        String base = given.endsWith("/") ? given : given + "/";
        return List.of(base + "meta_" + category + ".jsonl.gz", base + "meta_" + category + ".jsonl");
    }
}
