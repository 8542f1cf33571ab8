package terzi.export;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import terzi.images.Preprocessing;

/**
 * What a classifier file holds besides the network.
 *
 * @param preprocessing how images become the network's input; becomes part of the graph
 * @param labels one for each output of the network, all different
 * @param temperature divisor of the logits before the softmax, above 0; 1 leaves them alone
 * @param metadata more keys for the file, for example {@code terzi.recipe}; none of those that the format itself fills
 */
public record ClassifierSpec(
        Preprocessing preprocessing, List<String> labels, float temperature, Map<String, String> metadata) {

    /**
     * Creates a specification from copies of labels and metadata.
     *
     * @param preprocessing how images become the network's input; becomes part of the graph
     * @param labels one for each output of the network, all different
     * @param temperature divisor of the logits before the softmax, above 0; 1 leaves them alone
     * @param metadata more keys for the file, for example {@code terzi.recipe}; none of those that the format itself
     *     fills
     * @throws IllegalArgumentException if there are no labels or equal ones, the temperature is not positive, or a key
     *     is one that the format fills, or prediction sets do not fit the labels
     */
    public ClassifierSpec {
        labels = List.copyOf(labels);
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a classifier needs labels, found none");
        }
        if (new LinkedHashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException("labels must all be different, found " + labels);
        }
        if (!(temperature > 0) || !Float.isFinite(temperature)) {
            throw new IllegalArgumentException("temperature must be above 0, found " + temperature);
        }
        for (String key : metadata.keySet()) {
            if (MetadataKeys.OWNED.contains(key)) {
                throw new IllegalArgumentException(
                        "metadata '" + key + "' is filled by the format itself; leave it out");
            }
        }
        MetadataKeys.requireSets(metadata, labels.size());
    }

    /**
     * Creates a specification with temperature 1 and no more metadata.
     *
     * @param preprocessing conversion of an image to the network's input
     * @param labels one for each output of the network, all different
     */
    public ClassifierSpec(Preprocessing preprocessing, List<String> labels) {
        this(preprocessing, labels, 1, Map.of());
    }

    /**
     * {@return a copy with another temperature}
     *
     * @param newTemperature divisor of the logits before the softmax, above 0
     */
    public ClassifierSpec withTemperature(float newTemperature) {
        return new ClassifierSpec(preprocessing, labels, newTemperature, metadata);
    }

    /**
     * {@return a copy with one metadata entry added or replaced}
     *
     * @param key key of the entry
     * @param value text of the entry
     */
    public ClassifierSpec withMetadata(String key, String value) {
        Map<String, String> more = new TreeMap<>(metadata);
        more.put(key, value);
        return new ClassifierSpec(preprocessing, labels, temperature, more);
    }
}
