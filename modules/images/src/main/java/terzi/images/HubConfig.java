package terzi.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The configuration that Hugging Face keeps beside a network: labels from {@code config.json}, preprocessing from {@code
 * preprocessor_config.json} and from timm's part of {@code config.json}.
 *
 * <p>Preprocessing is read by the image processor class that the file names, with that class's steps and defaults; the
 * values of a key mean different things to different classes. Unknown classes are refused.
 *
 * <p>Reading JSON is left to the caller, who gives objects as {@link Map}, arrays as {@link List}, and numbers, texts and
 * truth values as Java's own.
 */
public final class HubConfig {
    /** The file with the labels and the type of the network. */
    public static final String LABELS = "config.json";
    /** The file with the preprocessing. */
    public static final String PREPROCESSING = "preprocessor_config.json";
    /** Newer repositories keep {@link #PREPROCESSING} as the object {@code image_processor} of this file. */
    public static final String PROCESSOR = "processor_config.json";

    static final String BY_HAND =
            "To give its steps by hand, write \"image_processor_type\": \"CLIPImageProcessor\" with"
                    + " size (height and width, or shortest_edge), resample, do_center_crop, crop_size, rescale_factor, image_mean"
                    + " and image_std into " + PREPROCESSING;

    private HubConfig() {}

    /**
     * Reads the labels of a {@code config.json} ({@code id2label}, or timm's {@code label_names}).
     *
     * @param config the JSON object
     * @return labels in the order of the logits, made {@link #distinct}; empty if the file has none
     * @throws IllegalArgumentException if a number has no label; the message begins lower-case, for a prefix
     */
    public static List<String> labels(Map<?, ?> config) {
        if (!(config.get("id2label") instanceof Map<?, ?> names)) {
            return timmLabels(config);
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (!(names.get(Integer.toString(i)) instanceof String label)) {
                throw new IllegalArgumentException("id2label has " + names.size() + " labels but none for " + i);
            }
            labels.add(label);
        }
        return distinct(labels);
    }

    private static List<String> timmLabels(Map<?, ?> config) {
        if (!(config.get("label_names") instanceof List<?> names)) {
            return List.of();
        }
        List<String> labels = new ArrayList<>();
        for (Object name : names) {
            if (!(name instanceof String label)) {
                throw new IllegalArgumentException("label_names: expected texts, found " + name);
            }
            labels.add(label);
        }
        return distinct(labels);
    }

    /**
     * Makes labels distinct: two classes of one name get their numbers, as {@code crane (134)} and {@code crane (517)}.
     *
     * @param labels labels in the order of the logits
     * @return as many labels in the same order, all different
     */
    public static List<String> distinct(List<String> labels) {
        Map<String, Integer> counts = new HashMap<>();
        labels.forEach(label -> counts.merge(label, 1, Integer::sum));
        List<String> different = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            boolean isShared = counts.getOrDefault(labels.get(i), 0) > 1;
            different.add(isShared ? labels.get(i) + " (" + i + ")" : labels.get(i));
        }
        return different;
    }

    /**
     * The preprocessing of a repository.
     *
     * @param preprocessing conversion of an image to the network's input
     * @param remarks one sentence for each step that is done in another way here
     */
    public record Prepared(Preprocessing preprocessing, List<String> remarks) {
        /**
         * Creates a result from a copy of the remarks.
         *
         * @param preprocessing conversion of an image to the network's input
         * @param remarks one sentence for each step that is done in another way here
         */
        public Prepared {
            remarks = List.copyOf(remarks);
        }
    }

    /** The files of a repository, on a disk or a server. */
    public interface Files {
        /**
         * Reads a JSON object.
         *
         * @param name name of the file, such as {@link #LABELS}
         * @return the object; empty if there is no such file
         * @throws IOException if the file cannot be read
         */
        Optional<Map<?, ?>> read(String name) throws IOException;
    }

    /**
     * Reads the preprocessing of a repository: of {@link #LABELS} if it is timm's, else of {@link #PROCESSOR}, else of
     * {@link #PREPROCESSING}.
     *
     * @param files files of the repository
     * @return the preprocessing; empty if no file has any
     * @throws IllegalArgumentException if the values do not fit together or the class is not known; the message begins
     *     with the file's name
     * @throws IOException if a file cannot be read
     */
    public static Optional<Prepared> preprocessing(Files files) throws IOException {
        Map<?, ?> config = files.read(LABELS).orElse(Map.of());
        if (config.get(TimmConfig.KEY) instanceof Map<?, ?> timm) {
            return Optional.of(placed(LABELS, () -> new Prepared(new TimmConfig(timm).preprocessing(), List.of())));
        }
        if (files.read(PROCESSOR).orElse(Map.of()).get("image_processor") instanceof Map<?, ?> nested) {
            return Optional.of(placed(PROCESSOR, () -> preprocessing(nested, config)));
        }
        Optional<Map<?, ?>> json = files.read(PREPROCESSING);
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(placed(PREPROCESSING, () -> preprocessing(json.get(), config)));
    }

    private static Prepared placed(String file, Supplier<Prepared> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the preprocessing of a {@code preprocessor_config.json}.
     *
     * @param preprocessor the JSON object
     * @param config the {@code config.json} beside it, whose {@code model_type} counts if the file names no class
     * @return the preprocessing and its deviations
     * @throws IllegalArgumentException if its values do not fit together or its class is not known; the message begins
     *     lower-case or with the name of a class, for a prefix
     */
    public static Prepared preprocessing(Map<?, ?> preprocessor, Map<?, ?> config) {
        Object type = Stream.of(
                        preprocessor.get("image_processor_type"),
                        preprocessor.get("feature_extractor_type"),
                        config.get("image_processor_type"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (type != null) {
            return ImageProcessorClass.named(type.toString())
                    .map(known -> new ImageProcessorConfig(type.toString(), known, preprocessor).prepared())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the steps of the image processor '" + type + "' are not known here. " + BY_HAND));
        }
        Object model = config.get("model_type");
        return ImageProcessorClass.ofModel(String.valueOf(model))
                .map(known -> new ImageProcessorConfig(known.name() + "ImageProcessor", known, preprocessor).prepared())
                .orElseThrow(() -> new IllegalArgumentException("names no image_processor_type, and "
                        + (model == null
                                ? LABELS + " no model_type"
                                : "of model_type '" + model + "' none is known here")
                        + ", so what its values mean is open. " + BY_HAND));
    }
}
