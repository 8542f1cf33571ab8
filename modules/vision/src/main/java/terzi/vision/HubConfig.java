package terzi.vision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration that Hugging Face keeps beside a network means: {@code config.json} and
 * {@code preprocessor_config.json}.
 *
 * <p>Reading JSON is left to the caller, who gives objects as {@link Map}, arrays as {@link List}, and numbers, texts and
 * truth values as Java's own.
 */
public final class HubConfig {
    public static final String LABELS = "config.json";
    public static final String PREPROCESSING = "preprocessor_config.json";

    private static final int BILINEAR = 2;
    private static final int USUAL_SIZE = 224;

    private final Map<?, ?> json;
    private final List<String> remarks = new ArrayList<>();

    private HubConfig(Map<?, ?> json) {
        this.json = json;
    }

    /**
     * The labels of a {@code config.json}, in the order of their numbers, made {@link #distinct}.
     *
     * @return empty if it names none
     * @throws IllegalArgumentException if a number has no label; the message begins lower-case, for a prefix
     */
    public static List<String> labels(Map<?, ?> config) {
        if (!(config.get("id2label") instanceof Map<?, ?> names)) {
            return List.of();
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

    /** The same labels, where two classes of one name are told apart by their numbers. */
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
     * How pictures are prepared.
     *
     * @param remarks a sentence for each thing that is done in another way here
     */
    public record Prepared(Preprocessing preprocessing, List<String> remarks) {
        public Prepared {
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * The preprocessing of a {@code preprocessor_config.json}.
     *
     * @throws IllegalArgumentException if its values do not fit together; the message begins lower-case, for a prefix
     */
    public static Prepared preprocessing(Map<?, ?> config) {
        HubConfig hub = new HubConfig(config);
        return new Prepared(hub.preprocessing(), hub.remarks);
    }

    private Preprocessing preprocessing() {
        Object size = json.get("size");
        int[] full = size(size, USUAL_SIZE);
        boolean isShortest =
                size instanceof Number || (size instanceof Map<?, ?> edges && edges.containsKey("shortest_edge"));
        boolean isCropped = flag("do_center_crop", json.containsKey("crop_size"));
        int[] window = isCropped ? size(json.get("crop_size"), Math.min(full[0], full[1])) : full;
        double kept = number(json.get("crop_pct"), 1);
        int resizeTo = (int) Math.round(Math.min(full[0], full[1]) / (kept > 0 && kept < 1 ? kept : 1));
        boolean isCrop = isCropped || (isShortest && size instanceof Map);
        if (isCropped && !isShortest) {
            remarks.add(PREPROCESSING + " stretches pictures to " + full[0] + " x " + full[1]
                    + " and cuts the centre; here the shortest edge becomes " + resizeTo + ", nothing is stretched");
        }
        int resample = (int) number(json.get("resample"), BILINEAR);
        if (resample != BILINEAR) {
            remarks.add(PREPROCESSING + " resizes with another filter (resample " + resample
                    + "); here it is the antialiased bilinear one, so answers differ a little");
        }
        boolean isNormalised = flag("do_normalize", true);
        return new Preprocessing(
                window[1],
                window[0],
                flag("do_flip_channel_order", false) ? Preprocessing.Channels.BGR : Preprocessing.Channels.RGB,
                isCrop ? Preprocessing.Fit.CROP : Preprocessing.Fit.STRETCH,
                Math.max(resizeTo, Math.max(window[0], window[1])),
                isNormalised ? values("image_mean", 0) : Collections.nCopies(3, 0f),
                isNormalised ? values("image_std", 1) : Collections.nCopies(3, 1f),
                flag("do_rescale", true) ? (float) number(json.get("rescale_factor"), 1 / 255.0) : 1f);
    }

    private boolean flag(String key, boolean otherwise) {
        return json.get(key) instanceof Boolean value ? value : otherwise;
    }

    private static double number(@Nullable Object value, double otherwise) {
        return value instanceof Number number ? number.doubleValue() : otherwise;
    }

    private List<Float> values(String key, float otherwise) {
        if (!(json.get(key) instanceof List<?> values)) {
            return Collections.nCopies(3, (float) number(json.get(key), otherwise));
        }
        List<Float> floats = new ArrayList<>();
        for (Object value : values) {
            if (!(value instanceof Number number)) {
                throw new IllegalArgumentException(key + ": expected numbers, found " + value);
            }
            floats.add(number.floatValue());
        }
        return floats;
    }

    /** Height and width: a number, or an object with shortest_edge, or with height and width. */
    private static int[] size(@Nullable Object size, int otherwise) {
        Map<?, ?> edges = size instanceof Map<?, ?> map ? map : Map.of();
        double edge =
                size instanceof Number number ? number.doubleValue() : number(edges.get("shortest_edge"), otherwise);
        int height = (int) number(edges.get("height"), edge);
        int width = (int) number(edges.get("width"), edge);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("expected a positive size, found " + size);
        }
        return new int[] {height, width};
    }
}
