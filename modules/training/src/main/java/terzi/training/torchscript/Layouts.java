package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import terzi.onnx.DataType;

/** Operators that move whole elements: transpose, join, split, repeat, pad, and blocks to depth and back. */
final class Layouts {
    private Layouts() {}

    static void register(Operators operators) {
        operators.add("Transpose", 1, Layouts::transpose);
        operators.add("Concat", 4, Layouts::concat);
        operators.add("Split", 2, Layouts::split);
        operators.add("Tile", 6, Layouts::tile);
        operators.add("Pad", 2, Layouts::pad);
        operators.add("DepthToSpace", 1, Layouts::depthToSpace);
        operators.add("SpaceToDepth", 1, Layouts::spaceToDepth);
    }

    private static void transpose(Emission node) {
        long[] order = node.node().ints("perm").orElseGet(() -> {
            int rank = node.rank(0);
            return LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        });
        node.result(Emission.call("permute", node.tensor(0), Emission.list(order)), order.length);
    }

    private static void concat(Emission node) {
        List<Size> joined = new ArrayList<>();
        boolean sizes = true;
        for (int i = 0; i < node.inputCount() && sizes; i++) {
            Optional<Value.Ints> part = node.type(i) == DataType.INT64 ? node.sizes(i) : Optional.empty();
            part.ifPresent(ints -> joined.addAll(ints.elements()));
            sizes = part.isPresent();
        }
        if (sizes) {
            node.result(0, new Value.Ints(joined, false));
            return;
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < node.inputCount(); i++) {
            parts.add(node.tensor(i));
        }
        node.result(Emission.call("cat", Emission.list(parts), node.node().intAttribute("axis", 1)));
    }

    private static void split(Emission node) {
        int outputs = node.node().outputs().size();
        long axis = node.node().intAttribute("axis", 0);
        Optional<long[]> lengths = node.node().ints("split");
        String list;
        if (lengths.isPresent()) {
            list = Emission.list(lengths.get());
        } else if (node.has(1)) {
            list = node.intList(1);
        } else {
            // equal parts, the last one smaller where the size does not divide
            int splitAxis = node.axis(axis, node.rank(0));
            OptionalLong known = node.knownSize(0, splitAxis);
            if (known.isPresent() && (known.getAsLong() + outputs - 1) / outputs * (outputs - 1) > known.getAsLong()) {
                throw node.unsupported("axis " + axis + " has " + known.getAsLong() + " elements, too few for "
                        + outputs + " parts of equal size and a last one that is not larger");
            }
            Size size = node.size(0, splitAxis);
            Size part = Size.of(
                    node.let(size.plus(Size.of(outputs - 1L)).flooredBy(outputs).text()));
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < outputs - 1; i++) {
                parts.add(part.text());
            }
            parts.add(size.minus(part.times(Size.of(outputs - 1L))).text());
            list = Emission.list(parts);
        }
        String all = node.let(Emission.call("split_with_sizes", node.tensor(0), list, axis));
        for (int i = 0; i < outputs; i++) {
            node.result(i, all + "[" + i + "]", node.type(0), node.value(0).rank());
        }
    }

    private static void tile(Emission node) {
        node.result(Emission.call("repeat", node.tensor(0), node.intList(1)));
    }

    /** torch lists pads from the last axis to the first. */
    private static void pad(Emission node) {
        int rank = node.rank(0);
        long[] given = node.node()
                .ints("pads")
                .or(() -> node.longs(1))
                .orElseThrow(() -> node.unsupported("its pads are missing"));
        long[] begin = new long[rank];
        long[] end = new long[rank];
        long[] axes = node.longs(3).orElseGet(() -> LongStream.range(0, rank).toArray());
        for (int i = 0; i < axes.length; i++) {
            int axis = node.axis(axes[i], rank);
            begin[axis] = given[i];
            end[axis] = given[i + axes.length];
        }
        String mode = node.node().stringAttribute("mode", "constant");
        if (mode.equals("constant")) {
            String filling =
                    node.has(2) ? node.number(2) : Emission.literal(node.node().floatAttribute("value", 0));
            node.result(Emission.call(
                    "constant_pad_nd",
                    node.tensor(0),
                    torchPads(begin, end),
                    node.isFloat(0) ? filling : toInt(filling)));
            return;
        }
        if (mode.equals("edge") || mode.equals("reflect") || mode.equals("wrap")) {
            String result = node.tensor(0);
            for (int axis = 0; axis < rank; axis++) {
                if (begin[axis] != 0 || end[axis] != 0) {
                    requireRoom(node, axis, Math.max(begin[axis], end[axis]), mode);
                    result = node.let(padByIndex(node, result, axis, begin[axis], end[axis], mode));
                }
            }
            node.result(result);
            return;
        }
        throw node.unsupported("mode '" + mode + "' is not one of constant, edge, reflect, wrap");
    }

    /** ONNX Runtime refuses to reflect more elements than there are beside the edge. */
    private static void requireRoom(Emission node, int axis, long pad, String mode) {
        OptionalLong size = node.knownSize(0, axis);
        if (mode.equals("reflect") && size.isPresent() && pad >= size.getAsLong()) {
            throw node.unsupported("a reflected pad of " + pad + " needs an axis of at least " + (pad + 1)
                    + " elements, axis " + axis + " has " + size.getAsLong());
        }
    }

    private static String toInt(String filling) {
        return filling.equals("0.0") ? "0" : filling;
    }

    private static String torchPads(long[] begin, long[] end) {
        List<String> pads = new ArrayList<>();
        for (int axis = begin.length - 1; axis >= 0; axis--) {
            pads.add(Long.toString(begin[axis]));
            pads.add(Long.toString(end[axis]));
        }
        return Emission.list(pads);
    }

    /** Pads one axis by picking, for each place of the result, the place of the input that it repeats; works for any number of axes. */
    private static String padByIndex(Emission node, String x, int axis, long begin, long end, String mode) {
        String size = node.let("torch.size(" + x + ", " + axis + ")");
        String places = "torch.arange(" + -begin + ", (" + size + " + " + end + "), dtype=4, device=ops.prim.device("
                + x + "))";
        String index =
                switch (mode) {
                    case "edge" -> "torch.clamp(" + places + ", 0, (" + size + " - 1))";
                    case "wrap" -> "torch.remainder(" + places + ", " + size + ")";
                    // distance from the last element, measured on a path that turns round at both ends
                    default ->
                        "torch.sub(" + size + " - 1, torch.abs(torch.sub(" + size + " - 1, torch.abs(" + places
                                + "))))";
                };
        return Emission.call("index_select", x, axis, index);
    }

    private static void depthToSpace(Emission node) {
        long block = node.node().intAttribute("blocksize", 1);
        boolean depthFirst = node.node().stringAttribute("mode", "DCR").equals("DCR");
        Size channels = node.size(0, 1).flooredBy(block * block);
        Size b = Size.of(block);
        List<Size> blocks = depthFirst
                ? List.of(node.size(0, 0), b, b, channels, node.size(0, 2), node.size(0, 3))
                : List.of(node.size(0, 0), channels, b, b, node.size(0, 2), node.size(0, 3));
        String order = depthFirst ? Emission.list(0, 3, 4, 1, 5, 2) : Emission.list(0, 1, 4, 2, 5, 3);
        String moved = Emission.call("permute", reshape(node.tensor(0), blocks), order);
        List<Size> sizes = List.of(
                node.size(0, 0),
                channels,
                node.size(0, 2).times(b),
                node.size(0, 3).times(b));
        node.result(reshape(moved, sizes));
    }

    private static void spaceToDepth(Emission node) {
        long block = node.node().intAttribute("blocksize", 1);
        Size b = Size.of(block);
        Size height = node.size(0, 2).flooredBy(block);
        Size width = node.size(0, 3).flooredBy(block);
        String blocks = reshape(node.tensor(0), List.of(node.size(0, 0), node.size(0, 1), height, b, width, b));
        String moved = Emission.call("permute", blocks, Emission.list(0, 3, 5, 1, 2, 4));
        node.result(
                reshape(moved, List.of(node.size(0, 0), node.size(0, 1).times(b).times(b), height, width)));
    }

    private static String reshape(String x, List<Size> sizes) {
        return Emission.call("reshape", x, new Value.Ints(sizes, false).list());
    }
}
