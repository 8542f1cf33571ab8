package terzi.runs.amazon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request for an image folder.
 *
 * @param categories spelled as in the file names of the metadata, {@code All_Beauty} for example
 * @param perClass how many images of each
 * @param folder where they go, a sub-folder for each category
 * @param seed decides which products are taken
 * @param scan how many products of a category to choose from, from the beginning of its metadata; 0 for all
 * @param size which of the offered sizes; another one where a product lacks it
 * @param minSide images with a shorter side are left out
 * @param metadata a folder, file or address in place of the public ones
 * @param imageHosts servers that images may come from, beside Amazon's own
 * @param pace how to treat servers
 */
public record AmazonRequest(
        List<String> categories,
        int perClass,
        Path folder,
        long seed,
        int scan,
        Size size,
        int minSide,
        Optional<String> metadata,
        List<String> imageHosts,
        Pace pace) {

    /** The sizes that the metadata offers, by its names. */
    public enum Size {
        /** The smallest. */
        THUMB,
        /** About 500 pixels. */
        LARGE,
        /** The largest. */
        HI_RES
    }

    /**
     * How to treat servers.
     *
     * @param delay between two requests to one server
     * @param retry before the first repetition of a request that failed; it doubles each time
     * @param patience how long a server may send nothing, or ask to wait
     */
    public record Pace(Duration delay, Duration retry, Duration patience) {
        /** A request every 100 milliseconds, repeated from 2 seconds on, with 2 minutes of patience. */
        public static final Pace POLITE =
                new Pace(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofMinutes(2));
    }

    /**
     * Checks and copies the components.
     *
     * @param categories spelled as in the file names of the metadata, {@code All_Beauty} for example
     * @param perClass how many images of each
     * @param folder where they go, a sub-folder for each category
     * @param seed decides which products are taken
     * @param scan how many products of a category to choose from, from the beginning of its metadata
     * @param size which of the offered sizes
     * @param minSide images with a shorter side are left out
     * @param metadata a folder, file or address in place of the public ones
     * @param imageHosts servers that images may come from, beside Amazon's own
     * @param pace how to treat servers
     */
    public AmazonRequest {
        categories = List.copyOf(categories);
        imageHosts = List.copyOf(imageHosts);
        if (categories.isEmpty()) {
            throw new IllegalArgumentException("categories: name at least one, such as All_Beauty");
        }
        if (categories.stream().distinct().count() < categories.size()) {
            throw new IllegalArgumentException("categories: each may be named once, found " + categories);
        }
        for (String category : categories) {
            if (!category.matches("[A-Za-z0-9_]{1,80}")) {
                throw new IllegalArgumentException("categories: expected names such as All_Beauty or"
                        + " Health_and_Personal_Care, found '" + category + "'");
            }
        }
        requireAtLeast("perClass", perClass, 1);
        requireAtLeast("scan", scan, 0);
        requireAtLeast("minSide", minSide, 1);
    }

    /**
     * {@return a request for the large images of a random sample of the first 20,000 products, 64 pixels or more on each side}
     *
     * @param categories spelled as in the file names of the metadata, {@code All_Beauty} for example
     * @param perClass how many images of each
     * @param folder where they go, a sub-folder for each category
     */
    public static AmazonRequest of(List<String> categories, int perClass, Path folder) {
        return new AmazonRequest(
                categories, perClass, folder, 0, 20_000, Size.LARGE, 64, Optional.empty(), List.of(), Pace.POLITE);
    }

    /**
     * {@return the same with another random seed}
     *
     * @param chosen decides which products are taken
     */
    public AmazonRequest withSeed(long chosen) {
        return new AmazonRequest(categories, perClass, folder, chosen, scan, size, minSide, metadata, imageHosts, pace);
    }

    /**
     * {@return the same with another value}
     *
     * @param products how many to choose from, or 0 for all
     */
    public AmazonRequest withScan(int products) {
        return new AmazonRequest(
                categories, perClass, folder, seed, products, size, minSide, metadata, imageHosts, pace);
    }

    /**
     * {@return the same with images of another size}
     *
     * @param chosen which of the offered sizes
     */
    public AmazonRequest withSize(Size chosen) {
        return new AmazonRequest(categories, perClass, folder, seed, scan, chosen, minSide, metadata, imageHosts, pace);
    }

    /**
     * {@return the same with another value}
     *
     * @param pixels 1 or more
     */
    public AmazonRequest withMinSide(int pixels) {
        return new AmazonRequest(categories, perClass, folder, seed, scan, size, pixels, metadata, imageHosts, pace);
    }

    /**
     * {@return the same with another value}
     *
     * @param place a folder or web address with {@code meta_NAME.jsonl} or {@code .jsonl.gz}, or one such file
     */
    public AmazonRequest withMetadata(String place) {
        return new AmazonRequest(
                categories, perClass, folder, seed, scan, size, minSide, Optional.of(place), imageHosts, pace);
    }

    /**
     * {@return the same from other hosts}
     *
     * @param hosts servers that images may come from, beside Amazon's own
     */
    public AmazonRequest withImageHosts(List<String> hosts) {
        return new AmazonRequest(categories, perClass, folder, seed, scan, size, minSide, metadata, hosts, pace);
    }

    /**
     * {@return the same at another pace}
     *
     * @param chosen how to treat servers
     */
    public AmazonRequest withPace(Pace chosen) {
        return new AmazonRequest(categories, perClass, folder, seed, scan, size, minSide, metadata, imageHosts, chosen);
    }

    private static void requireAtLeast(String option, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(option + " must be " + least + " or more, found " + value);
        }
    }
}
