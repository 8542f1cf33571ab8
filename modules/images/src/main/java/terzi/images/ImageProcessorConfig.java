package terzi.images;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import terzi.images.ImageProcessorClass.Resizing;
import terzi.images.ImageProcessorClass.Variant;
import terzi.images.Preprocessing.Channels;
import terzi.images.Preprocessing.CropOrigin;
import terzi.images.Preprocessing.Fit;
import terzi.images.Preprocessing.Size;

/** A {@code preprocessor_config.json}, read as the class that it names reads it. */
final class ImageProcessorConfig {

    /** From this size on ConvNeXt's processor stretches. */
    private static final int CONVNEXT_STRETCHES = 384;

    /** PIL's filters, by PIL's numbers. */
    private static final List<Filter> FILTERS =
            List.of(Filter.NEAREST, Filter.LANCZOS, Filter.TRIANGLE, Filter.CUBIC, Filter.BOX, Filter.HAMMING);

    private final String type;
    private final ImageProcessorClass processor;
    private final Map<?, ?> json;

    /** @param type the class as the file names it, for messages */
    ImageProcessorConfig(String type, ImageProcessorClass processor, Map<?, ?> json) {
        this.type = type;
        this.processor = processor;
        this.json = json;
    }

    HubConfig.Prepared prepared() {
        if (!flag("do_resize")) {
            throw refused("does not resize (do_resize is false), but a network takes images of one size");
        }
        Filter filter = filter();
        Preprocessing preprocessing = values(geometry())
                .withFilter(filter)
                .withCropOrigin(
                        processor.resizing() == Resizing.CONVNEXT && processor.variant() == Variant.FAST
                                ? CropOrigin.HALF_TO_EVEN
                                : CropOrigin.ROUNDED_DOWN);
        return new HubConfig.Prepared(preprocessing, remarks());
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (processor.resizing() == Resizing.ON_FLOATS) {
            remarks.add(type + " resizes floats; here bytes are resized, so values differ by up to 1 of 255");
        }
        boolean isBeit = processor.name().equals("Beit") && processor.variant() == Variant.SLOW;
        if (isBeit && !(json.containsKey("size") && json.containsKey("do_center_crop"))) {
            remarks.add(type + " assumes another size and crop in transformers 5 than in 4; here it is that of 4."
                    + " Write size and do_center_crop into the file to be sure");
        }
        boolean mayCrop =
                processor.variant() == Variant.FAST || processor.defaults().containsKey("do_center_crop");
        if (!mayCrop && Boolean.TRUE.equals(json.get("do_center_crop"))) {
            remarks.add(type
                    + " does not crop in transformers 4, but with do_center_crop it does in 5; here it does not."
                    + " Write \"do_center_crop\": false, or " + type + "Fast for a crop, into the file to be sure");
        }
        return remarks;
    }

    private Filter filter() {
        Object resample = value("resample");
        if (!(resample instanceof Number number)
                || number.doubleValue() != number.intValue()
                || number.intValue() < 0
                || number.intValue() >= FILTERS.size()) {
            throw new IllegalArgumentException("resample: expected a filter of PIL, 0 to 5, found " + resample);
        }
        Filter filter = FILTERS.get(number.intValue());
        boolean isTensor = processor.variant() == Variant.FAST || processor.resizing() == Resizing.ON_FLOATS;
        if (isTensor && filter != Filter.NEAREST && filter != Filter.TRIANGLE && filter != Filter.CUBIC) {
            throw refused("resizes with resample " + number.intValue() + " (" + filter
                    + "), which torchvision does not have for tensors");
        }
        if (processor.resizing() == Resizing.ON_FLOATS && filter == Filter.CUBIC) {
            throw refused("resizes floats with a cubic filter, which overshoots 0 and 255; bytes cannot");
        }
        return filter;
    }

    // ---- geometry ----

    /** What becomes of an image before a crop: stretched to a size, or its shortest edge scaled to the size's. */
    private record Resized(Fit fit, int height, int width) {}

    /** Width, height and fit; the values of pixels are still those of {@link Preprocessing#plain}. */
    private Preprocessing geometry() {
        if (processor.resizing() == Resizing.CONVNEXT) {
            return convnext();
        }
        Resized resized = resized();
        boolean mayCrop =
                processor.variant() == Variant.FAST || processor.defaults().containsKey("do_center_crop");
        if (mayCrop && flag("do_center_crop")) {
            int[] window = window();
            return cut(resized, new Size(window[1], window[0]));
        }
        if (resized.fit == Fit.CROP) {
            throw refused("scales the shortest edge to " + resized.height
                    + " and does not crop, so every image has another size, but a network takes one");
        }
        return plain(new Size(resized.width, resized.height), Fit.STRETCH, 0);
    }

    private Preprocessing convnext() {
        int edge = edge(sizes());
        if (edge == 0) {
            throw refused("needs size.shortest_edge, found " + value("size"));
        }
        if (processor.variant() == Variant.FAST && flag("do_center_crop")) {
            throw refused("crops a second time (do_center_crop)");
        }
        Size size = new Size(edge, edge);
        return edge < CONVNEXT_STRETCHES
                ? cut(new Resized(Fit.CROP, divided(edge), divided(edge)), size)
                : plain(size, Fit.STRETCH, 0);
    }

    private Resized resized() {
        Map<?, ?> sizes = sizes();
        int edge = processor.resizing() == Resizing.STRETCH ? 0 : edge(sizes);
        if (edge > 0) {
            int scaled =
                    switch (processor.resizing()) {
                        case LEVIT -> (int) (256.0 / 224 * edge);
                        case POOLFORMER -> divided(edge);
                        default -> edge;
                    };
            return new Resized(Fit.CROP, scaled, scaled);
        }
        int height = positive("size.height", sizes.get("height"));
        int width = positive("size.width", sizes.get("width"));
        if (processor.resizing() == Resizing.POOLFORMER && value("crop_pct") != null) {
            Fit fit = height == width ? Fit.CROP : Fit.STRETCH;
            return new Resized(fit, divided(height), divided(width));
        }
        return new Resized(Fit.STRETCH, height, width);
    }

    /** PoolFormer and ConvNeXt name the size after the crop. */
    private int divided(int edge) {
        Object kept = value("crop_pct");
        if (kept == null) {
            return edge;
        }
        if (!(kept instanceof Number number) || !(number.doubleValue() > 0)) {
            throw new IllegalArgumentException("crop_pct: expected a positive number, found " + kept);
        }
        return positive("size / crop_pct", edge / number.doubleValue());
    }

    private Preprocessing cut(Resized resized, Size window) {
        if (resized.fit == Fit.STRETCH && resized.height == window.height() && resized.width == window.width()) {
            return plain(window, Fit.STRETCH, 0);
        }
        if (resized.height != resized.width) {
            throw refused(
                    "stretches to " + resized.width + " x " + resized.height + " and then crops to " + window.width()
                            + " x " + window.height() + "; here an image is stretched to a square before a crop");
        }
        if (resized.height < Math.max(window.width(), window.height())) {
            throw refused("resizes to " + resized.height + " and fills up to " + window.width() + " x "
                    + window.height() + " with black; here nothing is filled up");
        }
        return plain(window, resized.fit == Fit.STRETCH ? Fit.STRETCH_CROP : Fit.CROP, resized.height);
    }

    private static Preprocessing plain(Size size, Fit fit, int resizeTo) {
        return Preprocessing.plain(size.width(), size.height(), Channels.RGB).withGeometry(size, fit, resizeTo);
    }

    /** The {@code size} as an object. */
    private Map<?, ?> sizes() {
        Object size = value("size");
        if (size instanceof Map<?, ?> map) {
            for (Object key : map.keySet()) {
                boolean isKnown = List.of("height", "width", "shortest_edge").contains(key);
                if (!isKnown && map.get(key) != null) {
                    throw refused("limits the size by " + key + ", so every image has another size,"
                            + " but a network takes one");
                }
            }
            return map;
        }
        if (size instanceof List<?> list && list.size() == 2) {
            return Map.of("height", list.get(0), "width", list.get(1));
        }
        int length = positive("size", size);
        return switch (processor.resizing()) {
            case STRETCH, EITHER_SQUARE, ON_FLOATS -> Map.of("height", length, "width", length);
            case EITHER, CONVNEXT, LEVIT, POOLFORMER -> Map.of("shortest_edge", length);
        };
    }

    private static int edge(Map<?, ?> sizes) {
        Object edge = sizes.get("shortest_edge");
        return edge == null ? 0 : positive("size.shortest_edge", edge);
    }

    /** Height and width of the crop. */
    private int[] window() {
        Object size = value("crop_size");
        if (size instanceof Map<?, ?> map) {
            return new int[] {
                positive("crop_size.height", map.get("height")), positive("crop_size.width", map.get("width"))
            };
        }
        if (size instanceof List<?> list && list.size() == 2) {
            return new int[] {positive("crop_size", list.get(0)), positive("crop_size", list.get(1))};
        }
        int length = positive("crop_size", size);
        return new int[] {length, length};
    }

    // ---- values of pixels ----

    private Preprocessing values(Preprocessing geometry) {
        float scale = flag("do_rescale") ? (float) number("rescale_factor") : 1f;
        List<Float> mean = Collections.nCopies(3, 0f);
        List<Float> std = Collections.nCopies(3, 1f);
        if (processor.defaults().containsKey("image_mean") && flag("do_normalize")) {
            mean = floats("image_mean");
            std = floats("image_std");
        }
        if (flag("rescale_offset") && flag("do_rescale")) { // EfficientNet's: one less after the scaling
            mean = mean.stream().map(value -> value + 1).toList();
        }
        if (flag("include_top")) { // EfficientNet's: divided by the deviation once more
            List<Float> once = std;
            List<Float> again = floats("image_std");
            List<Float> twice = new ArrayList<>();
            for (int c = 0; c < Math.min(once.size(), again.size()); c++) {
                twice.add(once.get(c) * again.get(c));
            }
            std = twice;
        }
        Channels channels = flag("do_flip_channel_order") ? Channels.BGR : Channels.RGB;
        return geometry.withValues(channels, mean, std, scale);
    }

    private List<Float> floats(String key) {
        Object value = value(key);
        if (value instanceof Number number) {
            return Collections.nCopies(3, number.floatValue());
        }
        List<Float> floats = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : Collections.singletonList(value)) {
            if (!(element instanceof Number number)) {
                throw new IllegalArgumentException(key + ": expected numbers, found " + element);
            }
            floats.add(number.floatValue());
        }
        return floats;
    }

    // ---- keys ----

    /** Keys that a class does not have are ignored in its file, as transformers does, but for crops of fast classes. */
    private boolean flag(String key) {
        boolean isKnown = processor.defaults().containsKey(key)
                || (processor.variant() == Variant.FAST && key.equals("do_center_crop"));
        if (!isKnown) {
            return false;
        }
        boolean isNull = json.containsKey(key) && json.get(key) == null;
        if (isNull && processor.variant() == Variant.SLOW) {
            return false;
        }
        Object value = value(key);
        if (value != null && !(value instanceof Boolean)) {
            throw new IllegalArgumentException(key + ": expected true or false, found " + value);
        }
        return Boolean.TRUE.equals(value);
    }

    /** The value of the file, else of the class. PoolFormer alone tells a null from a missing {@code crop_pct}. */
    private @Nullable Object value(String key) {
        Object value = json.get(key);
        boolean isNull = json.containsKey(key) && value == null;
        boolean isMeant = processor.resizing() == Resizing.POOLFORMER
                && processor.variant() == Variant.SLOW
                && key.equals("crop_pct");
        return value != null || (isNull && isMeant)
                ? value
                : processor.defaults().get(key);
    }

    private double number(String key) {
        Object value = value(key);
        if (!(value instanceof Number number)) {
            throw new IllegalArgumentException(key + ": expected a number, found " + value);
        }
        return number.doubleValue();
    }

    private static int positive(String what, @Nullable Object value) {
        if (!(value instanceof Number number) || number.doubleValue() < 1 || number.doubleValue() > 1 << 20) {
            throw new IllegalArgumentException(what + ": expected a positive size, found " + value);
        }
        return number.intValue();
    }

    private IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(type + " " + what + ". " + HubConfig.BY_HAND);
    }
}
