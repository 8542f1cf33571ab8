package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Operators that ask for a shape or give a tensor another one without moving elements. */
final class Shapes {
    private Shapes() {}

    static void register(Operators operators) {
        operators.add("Identity", 1, node -> node.result(0, node.value(0)));
        operators.add("Flatten", 1, Shapes::flatten);
        operators.add("Reshape", 5, Shapes::reshape);
        operators.add("Squeeze", 1, Shapes::squeeze);
        operators.add("Unsqueeze", 1, Shapes::unsqueeze);
        operators.add("Expand", 8, Shapes::expand);
        operators.add("Shape", 1, Shapes::shape);
        operators.add("Size", 1, Shapes::size);
    }

    private static void flatten(Emission node) {
        int rank = node.rank(0);
        int axis = (int) node.node().intAttribute("axis", 1);
        int split = axis == rank ? rank : node.axis(axis, rank);
        if (split == 1 && rank > 1) {
            node.result(Emission.call("flatten", node.tensor(0), 1), 2);
            return;
        }
        Size rows = node.sizes(0, 0, split).stream().reduce(Size.of(1), Size::times);
        Size columns = node.sizes(0, split, rank).stream().reduce(Size.of(1), Size::times);
        node.result(Emission.call("reshape", node.tensor(0), "[" + rows.text() + ", " + columns.text() + "]"), 2);
    }

    private static void reshape(Emission node) {
        boolean zeroIsZero = node.node().intAttribute("allowzero", 0) != 0;
        Optional<Value.Ints> target = node.sizes(1);
        Optional<Value.Ints> same = node.sizes(0);
        if (target.isEmpty()) {
            String shape = zeroIsZero ? node.intList(1) : withCopiedSizes(node);
            node.result(0, Emission.call("reshape", node.tensor(0), shape), node.type(0), OptionalInt.empty());
            return;
        }
        List<Size> sizes = new ArrayList<>();
        for (Size size : target.get().elements()) {
            boolean copies = size.equals(Size.of(0)) && !zeroIsZero;
            sizes.add(copies ? node.size(0, sizes.size()) : size);
        }
        if (same.isPresent() && sizes.size() <= 1 && sizes.stream().allMatch(Size::isKnown)) {
            node.result(0, new Value.Ints(same.get().elements(), sizes.isEmpty()));
            return;
        }
        String list = new Value.Ints(sizes, false).list();
        node.result(Emission.call("reshape", node.tensor(0), list), sizes.size());
    }

    /** The shape that input 1 says when the script runs, its zeros replaced by the sizes of input 0. */
    private static String withCopiedSizes(Emission node) {
        String wanted = node.let(Emission.call("cpu", node.tensor(1)));
        String old = node.let(Emission.call("_shape_as_tensor", node.tensor(0)));
        String missing = "(torch.size(" + wanted + ", 0) - torch.size(" + old + ", 0))";
        String same = Emission.call("constant_pad_nd", old, "[0, " + missing + "]", "0");
        return "annotate(List[int], torch.where(torch.eq(" + wanted + ", 0), " + same + ", " + wanted + ").tolist())";
    }

    private static void squeeze(Emission node) {
        Optional<long[]> given = node.axes(1);
        if (node.value(0) instanceof Value.Ints ints) {
            node.result(0, new Value.Ints(ints.elements(), ints.elements().size() == 1));
            return;
        }
        if (given.isEmpty()) {
            node.result(0, Emission.call("squeeze", node.tensor(0)), node.type(0), OptionalInt.empty());
            return;
        }
        int rank = node.rank(0);
        long[] axes = Arrays.stream(given.get())
                .map(axis -> node.axis(axis, rank))
                .sorted()
                .toArray();
        String result = node.tensor(0);
        for (int i = axes.length - 1; i >= 0; i--) {
            result = Emission.call("squeeze", result, axes[i]);
        }
        node.result(result, rank - axes.length);
    }

    private static void unsqueeze(Emission node) {
        long[] given = node.axes(1).orElseThrow(() -> node.unsupported("its axes are missing"));
        if (node.value(0) instanceof Value.Ints ints && ints.scalar() && given.length == 1) {
            node.result(0, new Value.Ints(ints.elements(), false));
            return;
        }
        int rank = node.rank(0) + given.length;
        Set<Integer> axes = new TreeSet<>();
        for (long axis : given) {
            axes.add(node.axis(axis, rank));
        }
        String result = node.tensor(0);
        for (int axis : axes) {
            result = Emission.call("unsqueeze", result, axis);
        }
        node.result(result, rank);
    }

    /** Broadcasts both ways: an axis of the wanted shape may be 1 where the tensor is larger. */
    private static void expand(Emission node) {
        Optional<Value.Ints> target = node.sizes(1);
        String wanted = target.map(Value.Ints::list).orElseGet(() -> node.intList(1));
        String shape =
                node.let("torch.empty(" + wanted + ", dtype=11, device=ops.prim.device(" + node.tensor(0) + "))");
        String expanded = Emission.call("broadcast_tensors", "[" + node.tensor(0) + ", " + shape + "]") + "[0]";
        OptionalInt rank = target.isPresent() && node.value(0).rank().isPresent()
                ? OptionalInt.of(Math.max(node.rank(0), target.get().elements().size()))
                : OptionalInt.empty();
        node.result(0, expanded, node.type(0), rank);
    }

    private static void shape(Emission node) {
        int rank = node.rank(0);
        int from = clamp(node.node().intAttribute("start", 0), rank);
        int to = clamp(node.node().intAttribute("end", rank), rank);
        node.result(0, new Value.Ints(node.sizes(0, from, Math.max(from, to)), false));
    }

    private static int clamp(long axis, int rank) {
        return (int) Math.max(0, Math.min(axis < 0 ? axis + rank : axis, rank));
    }

    private static void size(Emission node) {
        node.result(0, new Value.Ints(List.of(Size.of("torch.numel(" + node.tensor(0) + ")")), true));
    }
}
