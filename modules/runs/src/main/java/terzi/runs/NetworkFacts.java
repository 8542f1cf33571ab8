package terzi.runs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.backbones.BackboneOptions;
import terzi.backbones.PixelValues;
import terzi.images.HubConfig;
import terzi.images.Preprocessing;
import terzi.images.PreprocessingJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The facts about a network that its file does not tell: its labels, and how images are prepared for it. What is left out here is
 * that of the configuration beside the network, as Hugging Face keeps it.
 *
 * @param labels labels in the order of the outputs
 * @param pixels pixel values that the network expects
 * @param preprocessing settings of the preprocessing by their keys in a classifier file, such as {@code width}, {@code fit} or
 *     {@code mean}; those that are left out follow from the input of the network and from {@code pixels}
 */
public record NetworkFacts(
        Optional<List<String>> labels, Optional<PixelValues> pixels, Map<String, Object> preprocessing) {
    private static final List<String> KEYS =
            List.of("width", "height", "channels", "fit", "resize_to", "mean", "std", "scale", "filter", "crop_origin");
    private static final List<String> VALUES = List.of("mean", "std", "scale");

    /**
     * Checks and copies the components.
     *
     * @param labels labels in the order of the outputs
     * @param pixels pixel values that the network expects
     * @param preprocessing settings of the preprocessing by their keys in a classifier file
     * @throws IllegalArgumentException if a key is not known
     */
    public NetworkFacts {
        labels = labels.map(List::copyOf);
        preprocessing = Collections.unmodifiableMap(new LinkedHashMap<>(preprocessing));
        for (String key : preprocessing.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "preprocessing: expected the keys " + String.join(", ", KEYS) + ", found '" + key + "'");
            }
        }
    }

    /** {@return no facts: everything is in the configuration beside the network} */
    public static NetworkFacts none() {
        return new NetworkFacts(Optional.empty(), Optional.empty(), Map.of());
    }

    /**
     * {@return the same with labels}
     *
     * @param inOrder labels in the order of the outputs
     */
    public NetworkFacts withLabels(List<String> inOrder) {
        return new NetworkFacts(Optional.of(inOrder), pixels, preprocessing);
    }

    /**
     * {@return the same with pixel values}
     *
     * @param values pixel values that the network expects
     */
    public NetworkFacts withPixels(PixelValues values) {
        return new NetworkFacts(labels, Optional.of(values), preprocessing);
    }

    /**
     * {@return the same with settings of the preprocessing}
     *
     * @param settings by their keys in a classifier file
     * @throws IllegalArgumentException if a key is not known
     */
    public NetworkFacts withPreprocessing(Map<String, Object> settings) {
        return new NetworkFacts(labels, pixels, settings);
    }

    /**
     * Reads labels from a file, one on each line, or from the text itself, with commas between.
     *
     * @param fileOrLabels path of a UTF-8 text file, or labels such as {@code cat,dog}
     * @return the labels in their order
     * @throws IOException if it is neither a file that can be read nor a list
     */
    public static List<String> readLabels(String fileOrLabels) throws IOException {
        Optional<Path> file = file(fileOrLabels);
        if (file.isEmpty() && !fileOrLabels.contains(",")) {
            throw new IOException(
                    "labels: there is no file '" + fileOrLabels
                            + "'; expected a text file with one label on each line, or labels with commas between, as in cat,dog");
        }
        Stream<String> labels = file.isPresent()
                ? Files.readAllLines(file.get(), StandardCharsets.UTF_8).stream()
                : Stream.of(fileOrLabels.split(",", -1));
        return labels.map(String::strip).filter(label -> !label.isEmpty()).toList();
    }

    /**
     * Reads settings of a preprocessing.
     *
     * @param fileOrSettings path of a JSON file with these keys, or of a {@code preprocessor_config.json}; or settings such
     *     as {@code fit=crop,resize_to=256,mean=[0.5,0.5,0.5]}
     * @return the settings by key
     * @throws IOException if it is neither a file that can be read nor settings
     */
    public static Map<String, Object> readPreprocessing(String fileOrSettings) throws IOException {
        Optional<Path> file = file(fileOrSettings);
        if (file.isPresent()) {
            return ofFile(file.get());
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        for (String setting : fileOrSettings.split(",(?![^\\[]*])", -1)) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new IOException("preprocessing: expected a JSON file that exists, or settings such as"
                        + " fit=crop,resize_to=256,mean=[0.5,0.5,0.5], found '" + fileOrSettings + "'");
            }
            settings.put(
                    setting.substring(0, equals).strip(),
                    value(setting.substring(equals + 1).strip()));
        }
        return settings;
    }

    private static Object value(String text) {
        try {
            return JsonMapper.shared().readValue(text, Object.class);
        } catch (JacksonException word) {
            return text;
        }
    }

    private static Map<String, Object> ofFile(Path file) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        try {
            Map<?, ?> json = JsonMapper.shared().readValue(Files.readAllBytes(file), Map.class);
            if (json.containsKey("image_processor_type") || json.containsKey("feature_extractor_type")) {
                return PreprocessingJson.write(
                        HubConfig.preprocessing(json, Map.of()).preprocessing());
            }
            json.forEach((key, value) -> settings.put(String.valueOf(key), value));
        } catch (JacksonException e) {
            throw new IOException(file + ": is not a JSON object: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return settings;
    }

    private static Optional<Path> file(String text) {
        try {
            return Optional.of(Path.of(text)).filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return labels.isEmpty() && pixels.isEmpty() && preprocessing.isEmpty();
    }

    /** The options that open a network with these facts, or refuse it where they do not suffice. */
    BackboneOptions in(BackboneOptions given) {
        BackboneOptions options = given.withUnknowns(BackboneOptions.Unknowns.REFUSE);
        if (labels.isPresent()) {
            options = options.withLabels(labels.get());
        }
        boolean areValuesKnown = preprocessing.keySet().stream().anyMatch(VALUES::contains);
        // where settings have the values, those below are only what they change
        Optional<PixelValues> values =
                pixels.isEmpty() && areValuesKnown ? Optional.of(PixelValues.ZERO_TO_ONE) : pixels;
        return values.isPresent() ? options.withPixels(values.get()) : options;
    }

    /**
     * The preprocessing of a network with the settings in the place of its own.
     *
     * @throws IllegalArgumentException if they do not fit together
     */
    Preprocessing over(Preprocessing own) {
        Preprocessing base =
                preprocessing.containsKey("width") || preprocessing.containsKey("height") ? sized(own) : own;
        Map<String, Object> all = new LinkedHashMap<>(PreprocessingJson.write(base));
        all.putAll(preprocessing);
        try {
            return PreprocessingJson.read(all);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(
                    message.startsWith("preprocessing: ") ? message : "preprocessing: " + message, e);
        }
    }

    /** The same in another size; the edge before a crop grows or shrinks with it. */
    private Preprocessing sized(Preprocessing own) {
        List<Integer> edges = new ArrayList<>();
        for (String key : List.of("width", "height")) {
            Object edge = preprocessing.getOrDefault(key, key.equals("width") ? own.width() : own.height());
            if (!(edge instanceof Integer pixels) || pixels < 1) {
                throw new IllegalArgumentException(
                        "preprocessing: '" + key + "': expected a number of pixels, found " + edge);
            }
            edges.add(pixels);
        }
        int longest = Math.max(edges.get(0), edges.get(1));
        int resizeTo = Math.round((float) own.resizeTo() * longest / Math.max(own.width(), own.height()));
        return own.withGeometry(
                new Preprocessing.Size(edges.get(0), edges.get(1)), own.fit(), Math.max(longest, resizeTo));
    }
}
