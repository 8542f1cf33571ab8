package terzi.images;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import terzi.images.Preprocessing.Channels;
import terzi.images.Preprocessing.CropOrigin;
import terzi.images.Preprocessing.Fit;
import terzi.images.Preprocessing.Size;

/**
 * The {@code pretrained_cfg} that timm keeps in {@code config.json}, read as timm's {@code resolve_data_config} and {@code
 * create_transform} do for evaluation: PIL's resize, torchvision's centre crop.
 */
final class TimmConfig {
    static final String KEY = "pretrained_cfg";

    private static final double USUAL_CROP = 0.875;
    private static final Map<String, Filter> FILTERS = Map.of(
            "nearest", Filter.NEAREST,
            "bilinear", Filter.TRIANGLE,
            "bicubic", Filter.CUBIC,
            "lanczos", Filter.LANCZOS,
            "box", Filter.BOX,
            "hamming", Filter.HAMMING);

    private final Map<?, ?> json;

    TimmConfig(Map<?, ?> json) {
        this.json = json;
    }

    Preprocessing preprocessing() {
        Preprocessing imagenet = Preprocessing.imagenet(256, 224);
        return geometry(imagenet)
                .withNormalisation(floats("mean", imagenet.mean()), floats("std", imagenet.std()))
                .withFilter(filter())
                .withCropOrigin(CropOrigin.HALF_TO_EVEN);
    }

    private Preprocessing geometry(Preprocessing usual) {
        Size size = size();
        double kept = json.get("crop_pct") instanceof Number number ? number.doubleValue() : USUAL_CROP;
        if (kept == 0) { // timm takes 0 for not given
            kept = USUAL_CROP;
        }
        int height = (int) Math.floor(size.height() / kept);
        int width = (int) Math.floor(size.width() / kept);
        Object mode = json.get("crop_mode") == null ? "center" : json.get("crop_mode");
        if (mode.equals("border")) {
            throw refused("crop_mode border fills images up; here nothing is filled up");
        }
        boolean isSquash = mode.equals("squash");
        if (isSquash && height == size.height() && width == size.width()) {
            return usual.withGeometry(size, Fit.STRETCH, 0);
        }
        if (height != width) {
            throw refused(
                    "input_size " + size.width() + " x " + size.height()
                            + " is cut from another rectangle; here it is cut from a square or after scaling the shortest edge");
        }
        if (height < Math.max(size.height(), size.width())) {
            throw refused("crop_pct " + kept + " fills images up; here nothing is filled up");
        }
        return usual.withGeometry(size, isSquash ? Fit.STRETCH_CROP : Fit.CROP, height);
    }

    private Size size() {
        Object value = json.get("input_size");
        if (value == null) {
            return new Size(224, 224);
        }
        if (!(value instanceof List<?> list)
                || list.size() != 3
                || !(list.get(0) instanceof Number channels)
                || !(list.get(1) instanceof Number height)
                || !(list.get(2) instanceof Number width)
                || height.doubleValue() < 1
                || width.doubleValue() < 1) {
            throw new IllegalArgumentException("input_size: expected [channels, height, width], found " + value);
        }
        if (channels.intValue() != Channels.RGB.count()) {
            throw refused("input_size " + value + " has " + channels.intValue() + " channels");
        }
        return new Size(width.intValue(), height.intValue());
    }

    private Filter filter() {
        Object name = json.get("interpolation");
        Filter filter = name == null || name.equals("") ? Filter.CUBIC : FILTERS.get(name);
        if (filter == null) {
            throw new IllegalArgumentException("interpolation: expected one of "
                    + FILTERS.keySet().stream().sorted().toList() + ", found " + name);
        }
        return filter;
    }

    private List<Float> floats(String key, List<Float> otherwise) {
        @Nullable Object value = json.get(key);
        if (value == null) {
            return otherwise;
        }
        List<Float> floats = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : List.of(value)) {
            if (!(element instanceof Number number)) {
                throw new IllegalArgumentException(key + ": expected numbers, found " + element);
            }
            floats.add(number.floatValue());
        }
        return floats.size() == 1 ? Collections.nCopies(3, floats.get(0)) : floats;
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(KEY + ": " + what + ". " + HubConfig.BY_HAND);
    }
}
