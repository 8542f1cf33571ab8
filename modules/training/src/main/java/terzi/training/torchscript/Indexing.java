package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/** Operators that pick elements by their place. */
final class Indexing {
    private Indexing() {}

    static void register(Operators operators) {
        operators.add("Slice", 1, Indexing::slice);
        operators.add("Gather", 1, Indexing::gather);
        operators.add("GatherElements", 11, Indexing::gatherElements);
    }

    /** Starts, ends, axes and steps are attributes before opset 10 and inputs since. */
    private static void slice(Emission node) {
        Value.Ints starts = bounds(node, "starts", 1);
        Value.Ints ends = bounds(node, "ends", 2);
        int count = starts.elements().size();
        long[] axes = node.axes(3).orElseGet(() -> LongStream.range(0, count).toArray());
        long[] steps = node.longs(4)
                .orElseGet(() -> LongStream.generate(() -> 1).limit(count).toArray());
        Optional<Value.Ints> sizes = node.value(0) instanceof Value.Ints ? node.sizes(0) : Optional.empty();
        if (sizes.isPresent() && known(starts) && known(ends) && steps[0] > 0) {
            node.result(0, new Value.Ints(pick(sizes.get().elements(), number(starts), number(ends), steps[0]), false));
            return;
        }
        int rank = node.rank(0);
        String result = node.tensor(0);
        for (int i = 0; i < count; i++) {
            int axis = node.axis(axes[i], rank);
            String start = starts.elements().get(i).text();
            String end = ends.elements().get(i).text();
            if (steps[i] > 0) {
                result = node.let(Emission.call("slice", result, axis, start, end, steps[i]));
            } else {
                result = node.let(backwards(node, result, axis, start, end, steps[i]));
            }
        }
        node.result(result);
    }

    private static Value.Ints bounds(Emission node, String attribute, int input) {
        return node.node()
                .ints(attribute)
                .map(values ->
                        new Value.Ints(LongStream.of(values).mapToObj(Size::of).toList(), false))
                .or(() -> node.sizes(input))
                .orElseThrow(() -> node.unsupported("its " + attribute + " must be constants or come from a shape"));
    }

    private static boolean known(Value.Ints sizes) {
        return sizes.elements().size() == 1 && sizes.elements().get(0).isKnown();
    }

    private static long number(Value.Ints sizes) {
        return sizes.elements().get(0).value().getAsLong();
    }

    private static List<Size> pick(List<Size> elements, long start, long end, long step) {
        int length = elements.size();
        long from = Math.max(0, Math.min(start < 0 ? start + length : start, length));
        long to = Math.max(0, Math.min(end < 0 ? end + length : end, length));
        List<Size> picked = new ArrayList<>();
        for (long i = from; i < to; i += step) {
            picked.add(elements.get((int) i));
        }
        return picked;
    }

    /** torch slices forwards only, so the places are listed. */
    private static String backwards(Emission node, String x, int axis, String start, String end, long step) {
        String size = node.let("torch.size(" + x + ", " + axis + ")");
        String from = node.let(place(node, start, size, "0", "(" + size + " - 1)"));
        String to = node.let(place(node, end, size, "-1", "(" + size + " - 1)"));
        String length = "ops.prim.max(0, ((" + from + " - " + to + ") + " + (-step - 1) + ") // " + -step + ")";
        String places = "torch.sub(" + from + ", torch.mul(torch.arange(" + length
                + ", dtype=4, device=ops.prim.device(" + x + ")), " + -step + "))";
        return Emission.call("index_select", x, axis, places);
    }

    /** A place counted from the front, within bounds. */
    private static String place(Emission node, String place, String size, String low, String high) {
        String given = node.let(place);
        String fromFront = node.let("(" + given + " + " + size + " * int(torch.lt(" + given + ", 0)))");
        return "ops.prim.max(ops.prim.min(" + fromFront + ", " + high + "), " + low + ")";
    }

    private static void gather(Emission node) {
        long axis = node.node().intAttribute("axis", 0);
        Optional<Value.Ints> index = node.sizes(1);
        if (node.value(0) instanceof Value.Ints ints
                && index.isPresent()
                && index.get().elements().stream().allMatch(Size::isKnown)) {
            int length = ints.elements().size();
            List<Size> picked = new ArrayList<>();
            for (long i : node.longs(1).orElseThrow()) {
                picked.add(ints.elements().get((int) (i < 0 ? i + length : i)));
            }
            node.result(0, new Value.Ints(picked, index.get().scalar()));
            return;
        }
        int rank = node.rank(0);
        int dim = node.axis(axis, rank);
        if (index.isPresent() && index.get().scalar()) {
            node.result(
                    Emission.call(
                            "select",
                            node.tensor(0),
                            dim,
                            index.get().elements().get(0).text()),
                    rank - 1);
            return;
        }
        int indexRank = node.rank(1);
        String places = wrapped(node, 1, "torch.size(" + node.tensor(0) + ", " + dim + ")");
        if (indexRank == 1) {
            node.result(Emission.call("index_select", node.tensor(0), dim, places), rank);
            return;
        }
        String flat = Emission.call("index_select", node.tensor(0), dim, "torch.reshape(" + places + ", [-1])");
        List<Size> sizes = new ArrayList<>(node.sizes(0, 0, dim));
        sizes.addAll(node.sizes(1, 0, indexRank));
        sizes.addAll(node.sizes(0, dim + 1, rank));
        node.result(
                0,
                Emission.call("reshape", flat, new Value.Ints(sizes, false).list()),
                node.type(0),
                OptionalInt.of(sizes.size()));
    }

    private static void gatherElements(Emission node) {
        int axis = node.axis(node.node().intAttribute("axis", 0), node.rank(0));
        String places = wrapped(node, 1, "torch.size(" + node.tensor(0) + ", " + axis + ")");
        node.result(Emission.call("gather", node.tensor(0), axis, places));
    }

    /** int64 places, those below zero counted from the end. */
    private static String wrapped(Emission node, int input, String size) {
        String places = node.tensor(input);
        boolean positive = node.constant(input)
                .map(tensor -> LongStream.of(tensor.longs()).allMatch(place -> place >= 0))
                .orElse(false);
        String wide = Emission.call("to", places, 4);
        return positive ? wide : Emission.call("remainder", wide, size);
    }
}
