package terzi.runs.amazon;

import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import terzi.files.Sha256;
import terzi.runs.amazon.AmazonRequest.Size;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A product with its main image.
 *
 * @param rank a number drawn from the seed and the product alone: the products with the lowest are a random sample,
 *     whatever their order in the metadata
 */
record Product(long rank, String asin, String url) implements Comparable<Product> {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Set<String> AMAZON = Set.of("media-amazon.com", "ssl-images-amazon.com", "images-amazon.com");

    /** A line of the metadata that gives no product. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String reason) {
            super(reason);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Reads a line. Both forms are read: {@code images} as a list of objects (the published files) and as an object of
     * lists (the same data on Hugging Face).
     */
    static Product parse(String line, AmazonRequest request) throws Unusable {
        JsonNode node;
        try {
            node = MAPPER.readTree(line);
        } catch (JacksonException e) {
            throw new Unusable("broken JSON");
        }
        String asin = node.path("parent_asin").asString("");
        if (!asin.matches("[A-Za-z0-9_-]{1,40}")) {
            throw new Unusable("no product number");
        }
        Map<Size, String> image = mainImage(node.path("images"));
        String url = preferred(image, request.size());
        if (url.isEmpty()) {
            throw new Unusable("no image");
        }
        requireAllowed(url, request.imageHosts());
        String digest = Sha256.ofText(request.seed() + " " + asin);
        return new Product(Long.parseUnsignedLong(digest.substring(0, 16), 16) >>> 1, asin, url);
    }

    private static Map<Size, String> mainImage(JsonNode found) {
        List<Map<Size, String>> images = new ArrayList<>();
        int main = 0;
        boolean listOfObjects = found.isArray();
        JsonNode variants = found.path("variant");
        int count = listOfObjects ? found.size() : found.path("large").size();
        for (int i = 0; i < Math.min(count, 100); i++) {
            Map<Size, String> sizes = new EnumMap<>(Size.class);
            for (Size size : Size.values()) {
                String name = size.name().toLowerCase(Locale.ROOT);
                JsonNode value = listOfObjects
                        ? found.path(i).path(name)
                        : found.path(name).path(i);
                String url = value.isString() ? value.asString("").strip() : "";
                if (!url.isEmpty()) {
                    sizes.put(size, url);
                }
            }
            JsonNode variant = listOfObjects ? found.path(i).path("variant") : variants.path(i);
            if (variant.asString("").equals("MAIN") && !sizes.isEmpty()) {
                main = images.size();
            }
            images.add(sizes);
        }
        return images.isEmpty() ? Map.of() : images.get(main);
    }

    private static String preferred(Map<Size, String> image, Size size) {
        List<Size> order =
                switch (size) {
                    case HI_RES -> List.of(Size.HI_RES, Size.LARGE, Size.THUMB);
                    case LARGE -> List.of(Size.LARGE, Size.HI_RES, Size.THUMB);
                    case THUMB -> List.of(Size.THUMB, Size.LARGE, Size.HI_RES);
                };
        return order.stream()
                .filter(image::containsKey)
                .findFirst()
                .map(image::get)
                .orElse("");
    }

    /** Metadata must not make this machine ask servers of somebody's choice. */
    private static void requireAllowed(String url, List<String> more) throws Unusable {
        String host;
        try {
            URI uri = URI.create(url);
            String scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
                throw new Unusable("not a web address");
            }
            host = uri.getHost().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new Unusable("not a web address");
        }
        boolean isAmazon = AMAZON.stream().anyMatch(known -> host.equals(known) || host.endsWith("." + known));
        if (!isAmazon && !more.contains(host)) {
            throw new Unusable("image on another server");
        }
    }

    @Override
    public int compareTo(Product other) {
        int byRank = Long.compare(rank, other.rank);
        return byRank != 0 ? byRank : asin.compareTo(other.asin);
    }
}
