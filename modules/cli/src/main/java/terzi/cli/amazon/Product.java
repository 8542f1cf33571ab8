package terzi.cli.amazon;

import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import terzi.cli.amazon.AmazonRequest.Size;
import terzi.files.Sha256;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A product with its main picture.
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
        Map<Size, String> picture = mainPicture(node.path("images"));
        String url = preferred(picture, request.size());
        if (url.isEmpty()) {
            throw new Unusable("no picture");
        }
        requireAllowed(url, request.pictureHosts());
        String digest = Sha256.ofText(request.seed() + " " + asin);
        return new Product(Long.parseUnsignedLong(digest.substring(0, 16), 16) >>> 1, asin, url);
    }

    private static Map<Size, String> mainPicture(JsonNode images) {
        List<Map<Size, String>> pictures = new ArrayList<>();
        int main = 0;
        boolean listOfObjects = images.isArray();
        JsonNode variants = images.path("variant");
        int count = listOfObjects ? images.size() : images.path("large").size();
        for (int i = 0; i < Math.min(count, 100); i++) {
            Map<Size, String> sizes = new EnumMap<>(Size.class);
            for (Size size : Size.values()) {
                String name = size.name().toLowerCase(Locale.ROOT);
                JsonNode value = listOfObjects
                        ? images.path(i).path(name)
                        : images.path(name).path(i);
                String url = value.isString() ? value.asString("").strip() : "";
                if (!url.isEmpty()) {
                    sizes.put(size, url);
                }
            }
            JsonNode variant = listOfObjects ? images.path(i).path("variant") : variants.path(i);
            if (variant.asString("").equals("MAIN") && !sizes.isEmpty()) {
                main = pictures.size();
            }
            pictures.add(sizes);
        }
        return pictures.isEmpty() ? Map.of() : pictures.get(main);
    }

    private static String preferred(Map<Size, String> picture, Size size) {
        List<Size> order =
                switch (size) {
                    case HI_RES -> List.of(Size.HI_RES, Size.LARGE, Size.THUMB);
                    case LARGE -> List.of(Size.LARGE, Size.HI_RES, Size.THUMB);
                    case THUMB -> List.of(Size.THUMB, Size.LARGE, Size.HI_RES);
                };
        return order.stream()
                .filter(picture::containsKey)
                .findFirst()
                .map(picture::get)
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
            throw new Unusable("picture on another server");
        }
    }

    @Override
    public int compareTo(Product other) {
        int byRank = Long.compare(rank, other.rank);
        return byRank != 0 ? byRank : asin.compareTo(other.asin);
    }
}
