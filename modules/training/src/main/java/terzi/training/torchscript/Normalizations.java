package terzi.training.torchscript;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Normalisations and dropout. Parameters and statistics stay in float32 in both precisions. */
final class Normalizations {
    private Normalizations() {}

    static void register(Operators operators) {
        operators.add("BatchNormalization", 7, Normalizations::batchNorm);
        operators.add("InstanceNormalization", 6, Normalizations::instanceNorm);
        operators.add("LayerNormalization", 17, Normalizations::layerNorm);
        operators.add("GroupNormalization", 18, node -> groupNorm(node, false));
        operators.add("GroupNormalization", 21, node -> groupNorm(node, true));
        operators.add("LRN", 1, Normalizations::localResponse);
        operators.add(
                "Dropout", 7, node -> dropout(node, Emission.literal(node.node().floatAttribute("ratio", 0.5f))));
        operators.add("Dropout", 12, node -> dropout(node, node.has(1) ? node.number(1) : "0.5"));
    }

    /**
     * In training the batch's own mean and variance normalise, and the running ones move by {@code 1 - momentum} towards them (the variance
     * unbiased, as PyTorch has it); ONNX's momentum is what is kept, torch's what is taken.
     */
    private static void batchNorm(Emission node) {
        if (node.node().intAttribute("spatial", 1) == 0) {
            throw node.unsupported("spatial=0 is not supported");
        }
        for (int output = 1; output < node.node().outputs().size(); output++) {
            if (node.isUsed(output)) {
                throw node.unsupported("its statistics are used by other nodes, only its first output may be");
            }
        }
        double keep = Double.parseDouble(Emission.literal(node.node().floatAttribute("momentum", 0.9f)));
        node.result(Emission.call(
                "batch_norm",
                node.tensor(0),
                node.tensor(1),
                node.tensor(2),
                node.buffer(3),
                node.buffer(4),
                "training",
                Emission.literal((float) (1 - keep)),
                epsilon(node),
                "True"));
    }

    private static void instanceNorm(Emission node) {
        node.result(Emission.call(
                "instance_norm",
                node.wide(0),
                node.tensor(1),
                node.tensor(2),
                "None, None, True, 0.0",
                epsilon(node),
                "False"));
    }

    private static void layerNorm(Emission node) {
        int rank = node.rank(0);
        int axis = node.axis(node.node().intAttribute("axis", -1), rank);
        requireShapeOfAxes(node, 1, axis, rank);
        if (node.has(2)) {
            requireShapeOfAxes(node, 2, axis, rank);
        }
        String x = node.let(node.wide(0));
        node.result(Emission.call(
                "layer_norm",
                x,
                new Value.Ints(node.sizes(0, axis, rank), false).list(),
                node.tensor(1),
                node.tensorOrNone(2),
                epsilon(node),
                "False"));
        if (node.isUsed(1) || node.isUsed(2)) {
            String axes = Emission.list(LongStream.range(axis, rank).toArray());
            String variance = Emission.call("var", x, axes, "False", "True");
            node.result(1, Emission.call("mean", x, axes, "True"), node.type(0), OptionalInt.of(rank));
            node.result(
                    2,
                    Emission.call("rsqrt", Emission.call("add", variance, epsilon(node))),
                    node.type(0),
                    OptionalInt.of(rank));
        }
    }

    /** ONNX lets scale and bias broadcast; libtorch wants one number for each normalised element. */
    private static void requireShapeOfAxes(Emission node, int input, int axis, int rank) {
        boolean fits = node.rank(input) == rank - axis;
        for (int i = axis; i < rank && fits; i++) {
            OptionalLong size = node.knownSize(0, i);
            OptionalLong own = node.knownSize(input, i - axis);
            fits = size.isEmpty() || own.isEmpty() || size.getAsLong() == own.getAsLong();
        }
        if (!fits) {
            throw node.unsupported((input == 1 ? "its scale" : "its bias")
                    + " is broadcast; it must have the shape of the normalised axes");
        }
    }

    /** Since opset 21 there is one scale for each channel, before one for each group. */
    private static void groupNorm(Emission node, boolean perChannel) {
        long groups = node.node().intAttribute("num_groups", 1);
        String repeats = node.size(0, 1).flooredBy(groups).text();
        node.result(Emission.call(
                "group_norm",
                node.wide(0),
                groups,
                perChannel ? node.tensor(1) : Emission.call("repeat_interleave", node.tensor(1), repeats),
                perChannel ? node.tensor(2) : Emission.call("repeat_interleave", node.tensor(2), repeats),
                epsilon(node),
                "False"));
    }

    /** y = x / (bias + alpha / size * sum of squares over the window of channels) ^ beta; Krizhevsky et al. 2012. */
    private static void localResponse(Emission node) {
        long size = node.node().intAttribute("size", 1);
        long before = (size - 1) / 2;
        String x = node.let(node.wide(0));
        String squares = Emission.call("unsqueeze", "torch.mul(" + x + ", " + x + ")", 1);
        if (node.rank(0) != 4) {
            throw node.unsupported("expected a tensor of 4 axes, found " + node.rank(0));
        }
        String padded =
                Emission.call("constant_pad_nd", squares, Emission.list(0, 0, 0, 0, before, size - 1 - before), "0.0");
        String mean = Emission.call(
                "squeeze", Emission.call("avg_pool3d", padded, Emission.list(size, 1, 1), Emission.list(1, 1, 1)), 1);
        String scale = Emission.call(
                "add",
                "torch.mul(" + mean + ", " + Emission.literal(node.node().floatAttribute("alpha", 1e-4f)) + ")",
                Emission.literal(node.node().floatAttribute("bias", 1)));
        node.result(Emission.call(
                "div",
                x,
                "torch.pow(" + scale + ", " + Emission.literal(node.node().floatAttribute("beta", 0.75f)) + ")"));
    }

    private static void dropout(Emission node, String ratio) {
        if (node.isUsed(1)) {
            throw node.unsupported("its second output (mask) is not supported");
        }
        node.result(node.dropout(node.tensor(0), ratio));
    }

    private static String epsilon(Emission node) {
        return Emission.literal(node.node().floatAttribute("epsilon", 1e-5f));
    }
}
