package terzi.training.finetune;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import terzi.images.Preprocessing;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.Sequential;
import terzi.onnx.rewrite.Canonical;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.rewrite.FoldBatchNorm;
import terzi.onnx.rewrite.Head;
import terzi.onnx.rewrite.JoinFeatures;
import terzi.onnx.rewrite.ReplaceHead;
import terzi.onnx.rewrite.StripTraining;
import terzi.onnx.rewrite.Untie;
import terzi.training.recipe.FineTuningOptions;

/**
 * A pretrained network made ready: a new head of zeros, batch normalisation folded where that is possible (its statistics
 * stay as they are in any case), every weight with one use, and divided into blocks.
 */
final class Prepared {
    static final String FEATURES = "features";
    static final String LOGITS = "logits";

    private final Model network;
    /** The network whose head takes fewer features, those that come first; the same where there is no choice. */
    private final Model narrow;

    private final List<FeatureSet> sets;

    private final Head head;
    private final Blocks blocks;
    private final int classes;
    private final int width;

    private Prepared(Model network, Model narrow, Sets names, Head head, int classes) {
        this.network = network;
        this.narrow = narrow;
        this.head = head;
        this.classes = classes;
        this.blocks = Blocks.of(features());
        this.width = width(network);
        this.sets = width(narrow) == width
                ? List.of(FeatureSet.all(width))
                : List.of(
                        new FeatureSet(width(narrow), names.fewer, true),
                        new FeatureSet(width, names.all, names == Sets.NETWORKS));
    }

    /** What two sets of features are. */
    private enum Sets {
        STAGES(" on the last stage", " on the last two stages"),
        NETWORKS(" on the first network", " on both networks");

        private final String fewer;
        private final String all;

        Sets(String fewer, String all) {
            this.fewer = fewer;
            this.all = all;
        }
    }

    private static int width(Model network) {
        String weight = network.graph().producer(LOGITS).orElseThrow().inputs().get(1);
        return Math.toIntExact(network.graph().initializer(weight).orElseThrow().dims()[1]);
    }

    static Prepared of(Model given, FineTuningOptions options, int classes) {
        // what cannot be exported in the end is refused here, before anything is computed
        Model pretrained = Canonical.apply(given, Sequential.OPSET);
        Head head = options.input().headAt() == null
                ? ReplaceHead.find(pretrained)
                : ReplaceHead.at(pretrained, options.input().headAt());
        Model ready = withHead(pretrained, head, classes);
        Optional<Head> first = options.input().headAt() == null ? JoinFeatures.first(pretrained) : Optional.empty();
        if (first.isPresent()) {
            return new Prepared(ready, withHead(pretrained, first.get(), classes), Sets.NETWORKS, head, classes);
        }
        int stages = options.input().featureStages();
        Model joined = stages == 1 ? ready : MultiStageFeatures.apply(ready, classes);
        return new Prepared(joined, stages == 0 ? ready : joined, Sets.STAGES, head, classes);
    }

    private static Model withHead(Model pretrained, Head head, int classes) {
        Tensor weight =
                Tensor.ofFloats("weight", new long[] {classes, head.width()}, new float[classes * head.width()]);
        Tensor bias = Tensor.ofFloats("bias", new long[] {classes}, new float[classes]);
        return FoldBatchNorm.apply(Untie.apply(StripTraining.apply(ReplaceHead.apply(pretrained, head, weight, bias))));
    }

    /** The preprocessing with the size and fit that the options ask for; the edge before a crop grows or shrinks with it. */
    static Preprocessing sized(Preprocessing given, Model network, FineTuningOptions options) {
        int width = options.input().size();
        int height = options.input().size();
        if (options.input().size() == 0) {
            double factor = takesAnySize(network) ? options.input().enlarge() : 1;
            width = enlarged(given.width(), factor);
            height = enlarged(given.height(), factor);
        }
        Preprocessing.Fit fit =
                options.input().fit() == null ? given.fit() : options.input().fit();
        int edge = given.fit() != Preprocessing.Fit.STRETCH
                ? Math.round(
                        (float) given.resizeTo() * Math.max(width, height) / Math.max(given.width(), given.height()))
                : Math.max(width, height);
        return given.withGeometry(new Preprocessing.Size(width, height), fit, Math.max(Math.max(width, height), edge));
    }

    /** Networks halve their images up to five times, so sizes stay multiples of 32. */
    private static int enlarged(int edge, double factor) {
        return factor == 1 ? edge : Math.max(32, 32 * (int) Math.round(edge * factor / 32));
    }

    private static boolean takesAnySize(Model network) {
        List<Dim> shape = network.graph()
                .trueInputs()
                .get(0)
                .tensorType()
                .flatMap(TensorType::shape)
                .orElse(List.of());
        return shape.size() == 4 && !(shape.get(2) instanceof Dim.Fixed) && !(shape.get(3) instanceof Dim.Fixed);
    }

    Head head() {
        return head;
    }

    Blocks blocks() {
        return blocks;
    }

    /** Of all features that are computed. */
    int width() {
        return width;
    }

    /** The features that a head may take, ascending; those of the last stage, or of the first network, come first in a row. */
    List<FeatureSet> sets() {
        return sets;
    }

    int classes() {
        return classes;
    }

    /** Images to features. */
    Model features() {
        return Cut.at(network, List.of(FEATURES));
    }

    /** Images to the value at a cut. */
    Model prefix(String cut) {
        return Cut.at(network, List.of(cut));
    }

    /** Images to features and, in the same pass, to the value at a cut. */
    Model both(String cut) {
        return Cut.at(network, List.of(FEATURES, cut));
    }

    /** The value at a cut to logits, with this head. */
    Model suffix(String cut, LinearHead weights) {
        return Cut.between(network(weights), List.of(cut), List.of(LOGITS));
    }

    /** Images to logits and features, with this head. */
    Model network(FittedHead fitted) {
        return fitted.on(fitted.width() == width ? network : narrow);
    }

    /**
     * The whole network with weights between those where a training began and those that it gave: the interpolation of
     * Wortsman et al. 2022, "Robust fine-tuning of zero-shot models".
     *
     * @param start the head where the training began
     * @param learned the network that was trained, or the part of it that was
     * @param share of the trained weights, 0..1
     */
    Model interpolated(LinearHead start, Model learned, double share) {
        Map<String, Tensor> values = new HashMap<>();
        learned.graph().initializers().forEach(tensor -> values.put(tensor.name(), tensor));
        return withTensors(
                network(start), tensor -> between(tensor, values.getOrDefault(tensor.name(), tensor), share));
    }

    private static Tensor between(Tensor from, Tensor to, double share) {
        if (share == 1 || from.type() != DataType.FLOAT) {
            return to;
        }
        float[] mixed = from.floats();
        float[] target = to.floats();
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] += (float) (share * ((double) target[i] - mixed[i]));
        }
        return Tensor.ofFloats(to.name(), to.dims(), mixed);
    }

    /** The network with logits times a factor. */
    static Model scaled(Model network, double factor) {
        List<String> head = network.graph().producer(LOGITS).orElseThrow().inputs();
        return withTensors(network, tensor -> {
            if (!tensor.name().equals(head.get(1)) && !tensor.name().equals(head.get(2))) {
                return tensor;
            }
            return Tensor.ofFloats(tensor.name(), tensor.dims(), LogitMetrics.scaled(tensor.floats(), factor));
        });
    }

    private static Model withTensors(Model network, UnaryOperator<Tensor> change) {
        Graph graph = network.graph();
        return network.withGraph(
                graph.withInitializers(graph.initializers().stream().map(change).toList()));
    }
}
