package terzi.images;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The image processor classes of Hugging Face transformers that prepare images for classifiers, with the steps that each
 * takes and the values that it assumes where {@code preprocessor_config.json} is silent. Taken from transformers 4.57.1.
 *
 * @param name the class without {@code ImageProcessor}, {@code Fast} and the like
 * @param resizing how the class reads {@code size}
 * @param defaults values of the class under the keys of the file; a class without {@code do_center_crop} does not crop, one
 *     without {@code image_mean} does not normalise
 */
record ImageProcessorClass(String name, Resizing resizing, Variant variant, Map<String, Object> defaults) {

    /** How a class reads {@code size}, and what it does then. */
    enum Resizing {
        /** Stretches to height and width; a single number means a square. */
        STRETCH,
        /** Scales the shortest edge, or stretches to height and width; a single number means the shortest edge. */
        EITHER,
        /** As {@link #EITHER}, but a single number means a square. */
        EITHER_SQUARE,
        /** As {@link #EITHER_SQUARE}, but on floats, so that nothing is rounded. */
        ON_FLOATS,
        /** Below 384 scales the shortest edge to {@code size / crop_pct} and crops, from 384 on stretches. */
        CONVNEXT,
        /** As {@link #EITHER}, but the shortest edge becomes 256/224 of what is named. */
        LEVIT,
        /** As {@link #EITHER}, with sizes divided by {@code crop_pct}. */
        POOLFORMER
    }

    /** The two implementations of a class. */
    enum Variant {
        /** On PIL images. */
        SLOW,
        /** On tensors, by torchvision. */
        FAST
    }

    private static final List<Double> HALVES = Collections.nCopies(3, 0.5);
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

    private static final int NEAREST = 0;
    private static final int BILINEAR = 2;
    private static final int BICUBIC = 3;

    private static final Map<String, ImageProcessorClass> KNOWN = new LinkedHashMap<>();

    static {
        add("ViT", Resizing.STRETCH, halves(square(224), BILINEAR));
        add("DeiT", Resizing.STRETCH, cropped(halves(square(256), BICUBIC), 224));
        add("Beit", Resizing.STRETCH, cropped(halves(square(256), BICUBIC), 224));
        add("Siglip", Resizing.STRETCH, halves(square(224), BICUBIC));
        add("Pvt", Resizing.STRETCH, imagenet(square(224), BILINEAR));
        add("Segformer", Resizing.STRETCH, imagenet(square(512), BILINEAR));
        add("Blip", Resizing.STRETCH, clip(square(384), BICUBIC));
        add("Flava", Resizing.STRETCH, cropped(clip(square(224), BICUBIC), 224));
        add("EfficientFormer", Resizing.EITHER_SQUARE, cropped(imagenet(square(224), BICUBIC), 224));
        add("DINOv3ViT", Resizing.ON_FLOATS, imagenet(square(224), BILINEAR));
        add("CLIP", Resizing.EITHER, cropped(clip(edge(224), BICUBIC), 224));
        add("ChineseCLIP", Resizing.EITHER, cropped(clip(edge(224), BICUBIC), 224));
        add("Bit", Resizing.EITHER, cropped(clip(edge(224), BICUBIC), 224));
        add("ViTHybrid", Resizing.EITHER, cropped(clip(edge(224), BICUBIC), 224));
        add("MobileNetV1", Resizing.EITHER, cropped(halves(edge(256), BILINEAR), 224));
        add("MobileNetV2", Resizing.EITHER, cropped(halves(edge(256), BILINEAR), 224));
        add("ConvNext", Resizing.CONVNEXT, with(halves(edge(384), BILINEAR), "crop_pct", 224.0 / 256));
        add("Levit", Resizing.LEVIT, cropped(imagenet(edge(224), BICUBIC), 224));
        add("PoolFormer", Resizing.POOLFORMER, with(cropped(imagenet(edge(224), BICUBIC), 224), "crop_pct", 0.9));
        Map<String, Object> mobileVit = cropped(resized(edge(224), BILINEAR), 256);
        add("MobileViT", Resizing.EITHER, with(mobileVit, "do_flip_channel_order", true));
        Map<String, Object> efficientNet = cropped(halves(square(346), NEAREST), 289);
        efficientNet.putAll(Map.of("do_center_crop", false, "rescale_offset", false, "include_top", true));
        add("EfficientNet", Resizing.STRETCH, efficientNet);
    }

    /** Classes by the {@code model_type} of {@code config.json}, for files that name no class. */
    private static final Map<String, String> BY_MODEL = new HashMap<>();

    static {
        models("ViT", "vit", "vit_mae", "vit_msn", "swin", "swinv2", "swiftformer", "dinat", "nat", "ijepa");
        models("Beit", "beit", "data2vec-vision");
        models("ConvNext", "convnext", "convnextv2", "cvt", "regnet", "resnet", "van");
        models("Bit", "bit", "dinov2", "focalnet", "hiera");
        models("CLIP", "clip", "mlcd", "metaclip_2");
        models("Pvt", "pvt", "pvt_v2");
        models("MobileViT", "mobilevit", "mobilevitv2");
        models("MobileNetV1", "mobilenet_v1");
        models("MobileNetV2", "mobilenet_v2");
        models("DeiT", "deit");
        models("Siglip", "siglip");
        models("Segformer", "segformer");
        models("EfficientFormer", "efficientformer");
        models("EfficientNet", "efficientnet");
        models("Levit", "levit");
        models("PoolFormer", "poolformer");
        models("ViTHybrid", "vit_hybrid");
        models("Flava", "flava");
    }

    /** The class with a name such as {@code ViTImageProcessor}, {@code ViTFeatureExtractor} or {@code ViTImageProcessorFast}. */
    static Optional<ImageProcessorClass> named(String type) {
        String slow = type.replaceFirst("(ImageProcessor|FeatureExtractor)(Pil|Fast)?$", "");
        if (slow.equals(type)) {
            return Optional.empty();
        }
        Optional<ImageProcessorClass> known = Optional.ofNullable(KNOWN.get(slow));
        return type.endsWith("Fast") ? known.map(ImageProcessorClass::fast) : known;
    }

    static Optional<ImageProcessorClass> ofModel(String modelType) {
        return Optional.ofNullable(BY_MODEL.get(modelType)).map(KNOWN::get);
    }

    /** Where the two variants differ: in what they accept, and in two defaults. */
    private ImageProcessorClass fast() {
        Map<String, Object> values = new HashMap<>(defaults);
        if (name.equals("Beit")) {
            values.putAll(Map.of("size", square(224), "do_center_crop", false));
        }
        Resizing reads = name.equals("Siglip")
                ? Resizing.EITHER
                : resizing == Resizing.STRETCH ? Resizing.EITHER_SQUARE : resizing;
        return new ImageProcessorClass(name, reads, Variant.FAST, values);
    }

    private static void add(String name, Resizing resizing, Map<String, Object> defaults) {
        KNOWN.put(name, new ImageProcessorClass(name, resizing, Variant.SLOW, Map.copyOf(defaults)));
    }

    private static void models(String name, String... modelTypes) {
        for (String modelType : modelTypes) {
            BY_MODEL.put(modelType, name);
        }
    }

    private static Map<String, Object> edge(int length) {
        return Map.of("shortest_edge", length);
    }

    private static Map<String, Object> square(int length) {
        return Map.of("height", length, "width", length);
    }

    private static Map<String, Object> resized(Map<String, Object> size, int resample) {
        return new HashMap<>(Map.of(
                "do_resize",
                true,
                "size",
                size,
                "resample",
                resample,
                "do_rescale",
                true,
                "rescale_factor",
                1 / 255.0));
    }

    private static Map<String, Object> halves(Map<String, Object> size, int resample) {
        return normalised(resized(size, resample), HALVES, HALVES);
    }

    private static Map<String, Object> imagenet(Map<String, Object> size, int resample) {
        return normalised(resized(size, resample), IMAGENET_MEAN, IMAGENET_STD);
    }

    private static Map<String, Object> clip(Map<String, Object> size, int resample) {
        return normalised(resized(size, resample), CLIP_MEAN, CLIP_STD);
    }

    private static Map<String, Object> normalised(Map<String, Object> values, List<Double> mean, List<Double> std) {
        values.putAll(Map.of("do_normalize", true, "image_mean", mean, "image_std", std));
        return values;
    }

    private static Map<String, Object> cropped(Map<String, Object> values, int size) {
        values.putAll(Map.of("do_center_crop", true, "crop_size", square(size)));
        return values;
    }

    private static Map<String, Object> with(Map<String, Object> values, String key, Object value) {
        values.put(key, value);
        return values;
    }
}
