package terzi.export;

import java.util.Set;
import terzi.inference.ClassifierDigest;

/** The keys of a classifier file's metadata. */
public final class MetadataKeys {

    /** Version of the format, {@code 1}. */
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

    /** What {@link ClassifierFile} fills itself. */
    static final Set<String> OWNED =
            Set.of(FORMAT, LABELS, PREPROCESSING, TEMPERATURE, GOLDEN, VERSION, ClassifierDigest.KEY);

    private MetadataKeys() {}
}
