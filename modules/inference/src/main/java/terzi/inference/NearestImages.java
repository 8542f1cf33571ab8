package terzi.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Finds the images that look most alike: those whose embeddings ({@link ImageClassifier#features}) point in the most
 * similar direction. Every query looks at all images, which takes a few milliseconds for 10,000 of them.
 *
 * <pre>{@code
 * Map<Path, float[]> features = new LinkedHashMap<>();
 * for (Path photo : photos) {
 *     features.put(photo, classifier.features(photo));
 * }
 * NearestImages.of(features).query(classifier.features(Path.of("shoe.jpg")), 5).forEach(System.out::println);
 * }</pre>
 *
 * <p>Immutable, so any number of threads may ask.
 *
 * @param <K> what names an image
 */
public final class NearestImages<K> {

    private final List<K> images;
    private final float[][] directions; // each of length 1, or all zeros
    private final int width;

    /**
     * An image and its similarity to the query.
     *
     * @param image name of the image
     * @param similarity cosine of the angle between the features, -1..1; 1 is the same direction
     * @param <K> type of the name
     */
    public record Neighbour<K>(K image, float similarity) {}

    private NearestImages(List<K> images, float[][] directions, int width) {
        this.images = images;
        this.directions = directions;
        this.width = width;
    }

    /**
     * Creates an index.
     *
     * @param features features {@code [F]} of each image by its name, copied
     * @return the index
     * @param <K> type of the name
     * @throws IllegalArgumentException if the features are of different lengths or not finite
     */
    public static <K> NearestImages<K> of(Map<K, float[]> features) {
        List<K> images = new ArrayList<>(features.size());
        float[][] directions = new float[features.size()][];
        int width = -1;
        for (Map.Entry<K, float[]> entry : features.entrySet()) {
            width = width < 0 ? entry.getValue().length : width;
            directions[images.size()] = direction(entry.getValue(), width, String.valueOf(entry.getKey()));
            images.add(entry.getKey());
        }
        return new NearestImages<>(images, directions, width);
    }

    /** {@return the number of images} */
    public int size() {
        return images.size();
    }

    /**
     * Finds the images most like a query, the most similar first; of equally similar ones the earlier first.
     *
     * @param features features {@code [F]} of the query
     * @param n number of images at most, 1 or more
     * @return min(n, {@link #size()}) images
     * @throws IllegalArgumentException if n is below 1, or the features have another length than those of the images
     */
    public List<Neighbour<K>> query(float[] features, int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be 1 or more, found " + n);
        }
        if (images.isEmpty()) {
            return List.of();
        }
        float[] asked = direction(features, width, "the query");
        float[] similarities = new float[directions.length];
        for (int i = 0; i < directions.length; i++) {
            similarities[i] = dot(asked, directions[i]);
        }
        Comparator<Integer> likestFirst =
                Comparator.<Integer, Float>comparing(i -> -similarities[i]).thenComparing(Comparator.naturalOrder());
        PriorityQueue<Integer> best = new PriorityQueue<>(likestFirst.reversed()); // its head is the worst kept
        for (int i = 0; i < similarities.length; i++) {
            if (best.size() < n) {
                best.add(i);
            } else if (similarities[i] > similarities[best.element()]) {
                best.remove();
                best.add(i);
            }
        }
        return best.stream()
                .sorted(likestFirst)
                .map(i -> new Neighbour<>(images.get(i), similarities[i]))
                .toList();
    }

    private static float[] direction(float[] features, int width, String name) {
        if (features.length != width || width == 0) {
            throw new IllegalArgumentException(name + ": expected an embedding of "
                    + (width == 0 ? "1 or more" : width) + " numbers, found " + features.length
                    + "; are all from the same classifier?");
        }
        double squares = 0;
        for (float value : features) {
            squares += (double) value * value;
        }
        if (!Double.isFinite(squares)) {
            throw new IllegalArgumentException(name + ": the embedding holds a number that is not finite");
        }
        double length = squares > 0 ? Math.sqrt(squares) : 1;
        float[] direction = new float[width];
        for (int i = 0; i < width; i++) {
            direction[i] = (float) (features[i] / length);
        }
        return direction;
    }

    private static float dot(float[] a, float[] b) {
        // four sums at a time, so that the processor need not wait for one addition after the other
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            first += a[i] * b[i];
            second += a[i + 1] * b[i + 1];
            third += a[i + 2] * b[i + 2];
            fourth += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            first += a[i] * b[i];
        }
        return first + second + third + fourth;
    }
}
