package terzi.export;

import java.util.Map;
import java.util.Set;
import terzi.inference.ClassifierDigest;
import terzi.inference.PredictionSets;

/** The keys of a classifier file's metadata. */
public final class MetadataKeys {

    /** Version of the format, {@code 2}. */
    public static final String FORMAT = "terzi.format";
    /** JSON array of strings. */
    public static final String LABELS = "terzi.labels";
    /** JSON object, informative: the graph does it. */
    public static final String PREPROCESSING = "terzi.preprocessing";
    /** Decimal number. */
    public static final String TEMPERATURE = "terzi.temperature";
    /** JSON array of images with logits. */
    public static final String GOLDEN = "terzi.golden";
    /** Version of Terzi that wrote the file. */
    public static final String VERSION = "terzi.version";
    /** The recipe that the network was trained with, YAML. */
    public static final String RECIPE = "terzi.recipe";
    /** Metrics on validation and test images, JSON. */
    public static final String METRICS = "terzi.metrics";
    /** Summary of the training data, JSON. */
    public static final String DATA = "terzi.data";

    /** Out-of-fold probabilities for prediction sets, JSON: {@link PredictionSets#json()}. */
    public static final String PREDICTION_SETS = PredictionSets.KEY;

    /** What {@link ClassifierFile} fills itself. */
    static final Set<String> OWNED =
            Set.of(FORMAT, LABELS, PREPROCESSING, TEMPERATURE, GOLDEN, VERSION, ClassifierDigest.KEY);

    private MetadataKeys() {}

    /** @throws IllegalArgumentException when there are prediction sets that no reader could use */
    static void requireSets(Map<String, String> metadata, int classes) {
        String json = metadata.get(PREDICTION_SETS);
        if (json != null) {
            PredictionSets.parse(json).requireClasses(classes);
        }
    }
}
