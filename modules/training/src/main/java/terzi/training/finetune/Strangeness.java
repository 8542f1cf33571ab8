package terzi.training.finetune;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/**
 * How unlike the training images an image is, 0..1: the share of out-of-fold training images that are less strange. Two signs are
 * combined as Fisher combines p-values, by the sum of -log p: the distance to the nearest training images (see {@link
 * Neighbours}), and how little the best logit is above the second.
 *
 * @param bank unit features that an image is compared with, {@code [M][F]}; of its features the first F count
 * @param distance how surprising a distance is
 * @param margin how surprising the negative margin is
 * @param sum how surprising the sum of both is
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Strangeness(float[][] bank, Curve distance, Curve margin, Curve sum) {
    /** The output of a network. */
    static final String OUTPUT = "strangeness";

    /** @param logits out-of-fold logits of the images that {@code neighbours} are of, {@code [N, K]} */
    static Strangeness of(Neighbours neighbours, float[][] logits) {
        double[] margins = new double[logits.length];
        for (int i = 0; i < margins.length; i++) {
            margins[i] = -margin(logits[i]);
        }
        Curve distance = Curve.of(neighbours.distance());
        Curve margin = Curve.of(margins);
        double[] sums = new double[margins.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = distance.at(neighbours.distance()[i]) + margin.at(margins[i]);
        }
        return new Strangeness(neighbours.bank(), distance, margin, Curve.of(sums));
    }

    /**
     * The strangeness of each image by what the images of the other folds are like, {@code [N]}: what a new image would get.
     *
     * @param logits out-of-fold logits, {@code [N, K]}
     * @param folds of the images, {@code [N]}
     */
    static float[] outOfFold(Neighbours neighbours, float[][] logits, int[] folds) {
        float[] strangeness = new float[logits.length];
        for (int fold : Arrays.stream(folds).distinct().toArray()) {
            int[] others = IntStream.range(0, folds.length)
                    .filter(i -> folds[i] != fold)
                    .toArray();
            Strangeness known = of(
                    new Neighbours(
                            new double[0],
                            Arrays.stream(others)
                                    .mapToDouble(i -> neighbours.distance()[i])
                                    .toArray(),
                            neighbours.bank()),
                    Arrays.stream(others).mapToObj(i -> logits[i]).toArray(float[][]::new));
            for (int i = 0; i < folds.length; i++) {
                if (folds[i] == fold) {
                    strangeness[i] = known.at(neighbours.distance()[i], logits[i]);
                }
            }
        }
        return strangeness;
    }

    /** The same number as the graph's, for an image whose distance is known. */
    float at(double imageDistance, float[] logits) {
        return (float) (1 - Math.exp(-sum.at(distance.at(imageDistance) + margin.at(-margin(logits)))));
    }

    private static double margin(float[] logits) {
        float first = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            if (logit > first) {
                second = first;
                first = logit;
            } else if (logit > second) {
                second = logit;
            }
        }
        return first - second;
    }

    /**
     * The network with the output {@code strangeness}, {@code [N]}.
     *
     * @param network with features and logits
     */
    Model on(Model network) {
        Graph graph = network.graph();
        GraphPart part = new GraphPart(network, OUTPUT, List.of());
        int width = bank[0].length;
        String features = Prepared.FEATURES;
        if (width(graph) > width) {
            features = part.node(
                    "last",
                    "Slice",
                    List.of(features, part.longs("from", 0), part.longs("to", width), part.longs("along", 1)));
        }
        String axis = part.longs("axis", 1);
        String squares = part.node(
                "squares", "ReduceSum", List.of(part.node("square", "Mul", List.of(features, features)), axis));
        String norm = part.node(
                "norm", "Max", List.of(part.node("root", "Sqrt", List.of(squares)), part.scalar("tiny", 1e-12)));
        String unit = part.node("unit", "Div", List.of(features, norm));
        String cosines =
                part.node("cosines", "MatMul", List.of(unit, part.tensor("bank", across(), width, bank.length)));
        int count = Math.min(Neighbours.NEAREST, bank.length);
        String nearest = largest(part, "nearest", cosines, count);
        String mean = part.node("mean", "ReduceMean", List.of(nearest, axis));
        String far = part.node("distance", "Sub", List.of(part.scalar("one", 1), mean));
        String best = largest(part, "best", Prepared.LOGITS, 2);
        String signs = part.tensor("signs", new float[] {-1, 1}, 2, 1);
        String close = part.node("margin", "MatMul", List.of(best, signs));
        String both = part.node(
                "both",
                "Add",
                List.of(surprise(part, "distance", distance, far), surprise(part, "margin", margin, close)));
        String surprise = part.node("surprise", "Neg", List.of(surprise(part, "sum", sum, both)));
        String share = part.node(
                "share", "Sub", List.of(part.scalar("whole", 1), part.node("rest", "Exp", List.of(surprise))));
        part.add(Node.of(OUTPUT, "Reshape", List.of(share, part.longs("shape", -1)), List.of(OUTPUT)));
        part.output(new ValueInfo(OUTPUT, TensorType.of(DataType.FLOAT, Dim.of("N"))));
        return part.build();
    }

    private static int width(Graph graph) {
        return graph.outputs().stream()
                .filter(output -> output.name().equals(Prepared.FEATURES))
                .flatMap(output -> output.tensorType().stream())
                .flatMap(type -> type.shape().stream())
                .map(shape -> shape.get(1))
                .filter(Dim.Fixed.class::isInstance)
                .mapToInt(dim -> Math.toIntExact(((Dim.Fixed) dim).size()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the network does not say how many features it has"));
    }

    private float[] across() {
        int width = bank[0].length;
        float[] across = new float[width * bank.length];
        for (int m = 0; m < bank.length; m++) {
            for (int f = 0; f < width; f++) {
                across[f * bank.length + m] = bank[m][f];
            }
        }
        return across;
    }

    private static String largest(GraphPart part, String name, String values, int count) {
        List<String> outputs = List.of(part.name(name), part.name(name + "At"));
        return part.add(Node.of(part.name(name), "TopK", List.of(values, part.longs(name + "Count", count)), outputs)
                .with("axis", Attribute.of(1)));
    }

    /** A {@link Curve} of a value {@code [N, 1]}: the parts of it between the points, times the slopes there. */
    private static String surprise(GraphPart part, String name, Curve curve, String value) {
        int count = curve.points().length;
        float[] widths = new float[count];
        for (int q = 0; q < count; q++) {
            widths[q] = q + 1 < count ? curve.points()[q + 1] - curve.points()[q] : Float.MAX_VALUE;
        }
        String above = part.node(
                name + "Above", "Sub", List.of(value, part.tensor(name + "Points", curve.points(), 1, count)));
        String positive = part.node(name + "Positive", "Max", List.of(above, part.scalar(name + "Zero", 0)));
        String within =
                part.node(name + "Within", "Min", List.of(positive, part.tensor(name + "Widths", widths, 1, count)));
        return part.node(
                name + "Surprise", "MatMul", List.of(within, part.tensor(name + "Slopes", curve.slopes(), count, 1)));
    }
}
