package terzi.backbones;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import terzi.backbones.keras.KerasConversion;
import terzi.images.Preprocessing;
import terzi.onnx.Node;

/**
 * What the networks of Keras Applications expect, known by their names: a Keras file does not say how its images were prepared.
 */
final class KerasPreprocessing {
    private KerasPreprocessing() {}

    /** Names begin so, without underscores; the first that fits counts. */
    private record Family(String beginning, PixelValues values) {}

    private static final List<Family> FAMILIES = List.of(
            new Family("resnet50v2", PixelValues.MINUS_ONE_TO_ONE),
            new Family("resnet101v2", PixelValues.MINUS_ONE_TO_ONE),
            new Family("resnet152v2", PixelValues.MINUS_ONE_TO_ONE),
            new Family("resnet50", PixelValues.CAFFE),
            new Family("resnet101", PixelValues.CAFFE),
            new Family("resnet152", PixelValues.CAFFE),
            new Family("vgg16", PixelValues.CAFFE),
            new Family("vgg19", PixelValues.CAFFE),
            new Family("densenet", PixelValues.IMAGENET),
            new Family("mobilenetv3", PixelValues.RAW),
            new Family("mobilenet", PixelValues.MINUS_ONE_TO_ONE),
            new Family("inception", PixelValues.MINUS_ONE_TO_ONE),
            new Family("xception", PixelValues.MINUS_ONE_TO_ONE),
            new Family("nasnet", PixelValues.MINUS_ONE_TO_ONE),
            new Family("efficientnet", PixelValues.RAW),
            new Family("convnext", PixelValues.RAW));

    /** @param chosen instead of a guess */
    static Preprocessing of(KerasConversion network, Optional<PixelValues> chosen, List<String> remarks) {
        List<Integer> shape = network.inputShape();
        int height = shape.size() >= 2 && shape.get(0) > 0 ? shape.get(0) : 224;
        int width = shape.size() >= 2 && shape.get(1) > 0 ? shape.get(1) : 224;
        boolean isColour = shape.size() == 3 && shape.get(2) == 3;
        Preprocessing plain =
                Preprocessing.plain(width, height, isColour ? Preprocessing.Channels.RGB : Preprocessing.Channels.GRAY);
        if (chosen.isPresent()) {
            return chosen.get().in(plain);
        }
        String name = network.name().toLowerCase(Locale.ROOT).replace("_", "");
        Optional<Family> family = FAMILIES.stream()
                .filter(candidate -> isColour && name.startsWith(candidate.beginning))
                .findFirst();
        if (family.isPresent()) {
            remarks.add("the network is called " + network.name() + ", so images are prepared as for "
                    + family.get().beginning + " of Keras: " + text(family.get().values)
                    + "; state other pixel values if that is wrong");
            return family.get().values.in(plain);
        }
        PixelValues values = scalesItself(network) ? PixelValues.RAW : PixelValues.ZERO_TO_ONE;
        remarks.add("the file does not say how images are prepared: assumed is " + text(values) + ", stretched to "
                + width + " x " + height + "; state other pixel values if that is wrong");
        return values.in(plain);
    }

    private static String text(PixelValues values) {
        return values.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the network begins with Rescaling or Normalization. */
    private static boolean scalesItself(KerasConversion network) {
        List<Node> nodes = network.network().graph().nodes();
        return nodes.stream()
                .limit(2)
                .anyMatch(node ->
                        node.input(0).filter("input"::equals).isPresent() && (node.is("Mul") || node.is("Sub")));
    }
}
