package terzi.backbones;

import java.util.List;
import java.util.Locale;
import terzi.backbones.keras.KerasConversion;
import terzi.vision.Preprocessing;

/**
 * What the networks of Keras Applications expect, known by their names: a Keras file does not say how its pictures were prepared.
 */
final class KerasPreprocessing {
    private static final List<String> CAFFE = List.of("resnet50", "resnet101", "resnet152", "vgg16", "vgg19");
    private static final List<String> MINUS_ONE_TO_ONE =
            List.of("mobilenet", "mobilenetv2", "inception", "xception", "nasnet");
    private static final List<String> IMAGENET = List.of("densenet");
    private static final List<String> RAW = List.of("efficientnet", "mobilenetv3", "convnext");

    private KerasPreprocessing() {}

    static Preprocessing guess(KerasConversion network, List<String> remarks) {
        List<Integer> shape = network.inputShape();
        int height = shape.size() >= 2 && shape.get(0) > 0 ? shape.get(0) : 224;
        int width = shape.size() >= 2 && shape.get(1) > 0 ? shape.get(1) : 224;
        boolean isColour = shape.size() == 3 && shape.get(2) == 3;
        String name = network.name().toLowerCase(Locale.ROOT).replace("_", "");
        if (isColour && isVersionTwo(name)) {
            return said(remarks, name, "values from -1 to 1", stretched(width, height, 127.5f, 127.5f));
        }
        if (isColour && startsWith(name, RAW)) {
            return said(remarks, name, "values from 0 to 255", stretched(width, height, 0, 1));
        }
        if (isColour && startsWith(name, MINUS_ONE_TO_ONE)) {
            return said(remarks, name, "values from -1 to 1", stretched(width, height, 127.5f, 127.5f));
        }
        if (isColour && startsWith(name, IMAGENET)) {
            Preprocessing imagenet = Preprocessing.imagenet(224, 224);
            Preprocessing plain = Preprocessing.plain(width, height, Preprocessing.Channels.RGB);
            return said(
                    remarks,
                    name,
                    "ImageNet's mean and deviation",
                    plain.withNormalisation(imagenet.mean(), imagenet.std()));
        }
        if (isColour && startsWith(name, CAFFE)) {
            return said(
                    remarks,
                    name,
                    "BGR minus 103.939, 116.779, 123.68",
                    new Preprocessing(
                            width,
                            height,
                            Preprocessing.Channels.BGR,
                            Preprocessing.Fit.STRETCH,
                            0,
                            List.of(103.939f, 116.779f, 123.68f),
                            List.of(1f, 1f, 1f),
                            1));
        }
        boolean isRescaled =
                network.network().graph().nodes().stream().limit(3).anyMatch(node -> node.is("Mul") || node.is("Div"));
        Preprocessing.Channels channels = isColour ? Preprocessing.Channels.RGB : Preprocessing.Channels.GRAY;
        Preprocessing plain = Preprocessing.plain(width, height, channels);
        remarks.add("the file does not say how pictures are prepared: assumed are pictures stretched to " + width
                + " x " + height + ", values from 0 to " + (isRescaled ? "255, which the network scales itself" : "1"));
        return isRescaled
                ? new Preprocessing(
                        width, height, channels, plain.fit(), plain.resizeTo(), plain.mean(), plain.std(), 1)
                : plain;
    }

    /** The second ResNets of Keras changed the preprocessing, too. */
    private static boolean isVersionTwo(String name) {
        return name.startsWith("resnet") && name.endsWith("v2");
    }

    private static boolean startsWith(String name, List<String> beginnings) {
        return beginnings.stream().anyMatch(name::startsWith);
    }

    private static Preprocessing stretched(int width, int height, float mean, float std) {
        return new Preprocessing(
                width,
                height,
                Preprocessing.Channels.RGB,
                Preprocessing.Fit.STRETCH,
                0,
                List.of(mean, mean, mean),
                List.of(std, std, std),
                1);
    }

    private static Preprocessing said(List<String> remarks, String name, String values, Preprocessing preprocessing) {
        remarks.add("the network is called " + name + ": pictures are prepared as Keras does for it, " + values);
        return preprocessing;
    }
}
