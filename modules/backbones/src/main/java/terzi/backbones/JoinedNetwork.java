package terzi.backbones;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import terzi.images.Preprocessing;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.build.Sequential;
import terzi.onnx.rewrite.Canonical;
import terzi.onnx.rewrite.JoinFeatures;

/** Two backbones as one, which sees an image as the first one does and has the features of both. */
final class JoinedNetwork {
    private JoinedNetwork() {}

    static Backbone of(Backbone first, Backbone second) throws BackboneException {
        String name = first.card().name() + " + " + second.card().name();
        Preprocessing own = first.preprocessing();
        Model network;
        try {
            network = JoinFeatures.apply(
                    Canonical.apply(first.network(), Sequential.OPSET),
                    Canonical.apply(second.network(), Sequential.OPSET),
                    adapter(own, second.preprocessing()));
        } catch (IllegalArgumentException e) {
            throw new BackboneException("backbones " + name + ": cannot be joined: " + e.getMessage(), e);
        }
        Preprocessing preprocessing = sized(own, network);
        return new Backbone(network, preprocessing, List.of(), card(name, first.card(), second.card(), preprocessing));
    }

    /** Both prepare pixels p as (p scale - mean) / std, each in its order of channels. */
    private static JoinFeatures.Adapter adapter(Preprocessing own, Preprocessing other) {
        boolean isGray = own.channels() == Preprocessing.Channels.GRAY;
        if (isGray != (other.channels() == Preprocessing.Channels.GRAY)) {
            throw new IllegalArgumentException("one takes gray images and the other one colours");
        }
        int channels = own.channels().count();
        List<Integer> order = new ArrayList<>();
        List<Float> factor = new ArrayList<>();
        List<Float> offset = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            int from = own.channels() == other.channels() ? c : channels - 1 - c;
            double pixel = (double) own.std().get(from) / own.scale();
            double zero = (double) own.mean().get(from) / own.scale();
            order.add(from);
            factor.add((float) (pixel * other.scale() / other.std().get(c)));
            offset.add((float)
                    ((zero * other.scale() - other.mean().get(c)) / other.std().get(c)));
        }
        return new JoinFeatures.Adapter(order, factor, offset);
    }

    /** The size is that of the first, unless the second takes no other than its own. */
    private static Preprocessing sized(Preprocessing own, Model network) {
        List<Dim> shape = network.graph()
                .trueInputs()
                .get(0)
                .tensorType()
                .flatMap(TensorType::shape)
                .orElseThrow();
        int height = shape.get(2) instanceof Dim.Fixed fixed ? Math.toIntExact(fixed.size()) : own.height();
        int width = shape.get(3) instanceof Dim.Fixed fixed ? Math.toIntExact(fixed.size()) : own.width();
        if (height == own.height() && width == own.width()) {
            return own;
        }
        double grown = (double) Math.max(width, height) / Math.max(own.width(), own.height());
        int resizeTo = Math.max(Math.max(width, height), (int) Math.round(own.resizeTo() * grown));
        return own.withGeometry(new Preprocessing.Size(width, height), own.fit(), resizeTo);
    }

    private static BackboneCard card(
            String name, BackboneCard first, BackboneCard second, Preprocessing preprocessing) {
        return new BackboneCard(
                name,
                "two networks whose features are joined",
                first.source() + ", " + second.source(),
                "",
                both(first.licence(), second.licence()),
                both(first.origin(), second.origin()),
                both(first.paper(), second.paper()),
                first.parameters() + second.parameters(),
                first.downloadBytes() + second.downloadBytes(),
                OptionalDouble.empty(),
                preprocessing,
                Optional.empty(),
                new BackboneCard.Use(
                        FeatureLocation.POOLED,
                        commonMultiple(first.use().sizeMultiple(), second.use().sizeMultiple()),
                        Optional.empty()),
                Stream.concat(first.remarks().stream(), second.remarks().stream())
                        .distinct()
                        .toList());
    }

    /** The least common multiple; 0, for one size only, if one of them is 0. */
    private static int commonMultiple(int first, int second) {
        int multiple = first;
        while (second > 0 && multiple % second != 0) {
            multiple += first;
        }
        return second == 0 ? 0 : multiple;
    }

    private static String both(String first, String second) {
        return first.equals(second) ? first : first + "; " + second;
    }
}
