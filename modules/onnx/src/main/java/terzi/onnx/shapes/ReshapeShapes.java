package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Operators that keep the elements and their order and change the axes. */
final class ReshapeShapes {
    private ReshapeShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(ReshapeShapes::reshape, "Reshape");
        rules.add(ReshapeShapes::flatten, "Flatten");
        rules.add(ReshapeShapes::squeeze, "Squeeze");
        rules.add(ReshapeShapes::unsqueeze, "Unsqueeze");
        rules.add(ReshapeShapes::expand, "Expand");
    }

    private static void reshape(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        Optional<long[]> attribute = n.node().ints("shape");
        List<Quantity> wanted = attribute.isPresent()
                ? Arrays.stream(attribute.get()).mapToObj(Quantity::of).toList()
                : wantedByInput(n);
        boolean zeroIsZero = n.node().intAttribute("allowzero", 0) != 0;
        Optional<List<Dim>> input = n.shapeIfKnown(0);
        List<Dim> shape = new ArrayList<>();
        int free = -1;
        for (int i = 0; i < wanted.size(); i++) {
            OptionalLong number = wanted.get(i).number();
            if (number.isPresent() && number.getAsLong() == -1) {
                free = i;
                shape.add(Dim.UNKNOWN);
            } else if (number.isPresent() && number.getAsLong() == 0 && !zeroIsZero) {
                int axis = i;
                shape.add(
                        input.filter(s -> axis < s.size()).map(s -> s.get(axis)).orElse(Dim.UNKNOWN));
            } else {
                shape.add(wanted.get(i).dim());
            }
        }
        if (input.isPresent() && free >= 0) {
            shape.set(free, free(n, input.get(), shape, free));
        } else if (input.isPresent()) {
            checkCount(n, input.get(), shape);
        }
        n.output(element, shape);
        n.integers(n.integers(0));
    }

    /** The elements of the second input, or as many that are not known. */
    private static List<Quantity> wantedByInput(NodeShapes n) {
        Optional<List<Quantity>> known = n.integersIfKnown(1);
        if (known.isPresent()) {
            return known.get();
        }
        List<Dim> shapeOfShape = n.shape(1);
        long rank = shapeOfShape.size() == 1 ? Dims.size(shapeOfShape.get(0)).orElse(-1) : -1;
        if (rank < 0 || rank > Inference.MOST_ELEMENTS) {
            throw NodeShapes.notKnown();
        }
        return Collections.nCopies((int) rank, Quantity.hidden());
    }

    /** The axis of size -1: what is left of the elements when the other axes have taken theirs. */
    private static Dim free(NodeShapes n, List<Dim> input, List<Dim> shape, int free) {
        // axes on both sides cancel, so that [N, 512, 1, 1] to [N, -1] works without knowing N
        List<Dim> left = new ArrayList<>(input);
        Quantity divisor = Quantity.of(1);
        for (int i = 0; i < shape.size(); i++) {
            Dim dim = shape.get(i);
            if (i == free || (dim instanceof Dim.Symbolic && left.remove(dim))) {
                continue;
            }
            divisor = Quantity.multiply(divisor, Quantity.of(dim));
        }
        Quantity dividend = Quantity.of(1);
        for (Dim dim : left) {
            dividend = Quantity.multiply(dividend, Quantity.of(dim));
        }
        if (dividend.number().isPresent() && divisor.number().isPresent()) {
            long elements = dividend.number().getAsLong();
            long others = divisor.number().getAsLong();
            if (others == 0 || elements % others != 0) {
                n.problem(elements + " elements " + input + " do not fit the shape " + shape);
                throw NodeShapes.notKnown();
            }
        }
        return Quantity.divide(dividend, divisor).dim();
    }

    private static void checkCount(NodeShapes n, List<Dim> input, List<Dim> shape) {
        OptionalLong before = Dims.size(Dims.product(input));
        OptionalLong after = Dims.size(Dims.product(shape));
        if (before.isPresent() && after.isPresent() && before.getAsLong() != after.getAsLong()) {
            n.problem(before.getAsLong() + " elements " + input + " do not fit the shape " + shape);
        }
    }

    private static void flatten(NodeShapes n) {
        List<Dim> shape = n.shape(0);
        long axis = n.node().intAttribute("axis", 1);
        long fromFront = axis < 0 ? axis + shape.size() : axis;
        if (fromFront < 0 || fromFront > shape.size()) {
            n.problem("axis " + axis + " does not exist, the tensor has " + shape.size() + " axes");
            return;
        }
        int split = (int) fromFront;
        n.output(
                n.element(0),
                List.of(Dims.product(shape.subList(0, split)), Dims.product(shape.subList(split, shape.size()))));
    }

    private static void squeeze(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        n.integersIfKnown(0).ifPresent(n::integers);
        List<Dim> shape = n.shape(0);
        Optional<long[]> axes = n.attributeOrInput("axes", 1);
        boolean[] dropped = new boolean[shape.size()];
        if (axes.isPresent()) {
            for (int axis : n.axes(axes.get(), shape.size())) {
                if (Dims.size(shape.get(axis)).orElse(1) != 1) {
                    n.problem("axis " + axis + " has the size " + shape.get(axis) + " and not 1");
                    return;
                }
                dropped[axis] = true;
            }
        } else {
            for (int i = 0; i < dropped.length; i++) {
                long size = Dims.size(shape.get(i)).orElseThrow(NodeShapes::notKnown);
                dropped[i] = size == 1;
            }
        }
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < dropped.length; i++) {
            if (!dropped[i]) {
                result.add(shape.get(i));
            }
        }
        n.output(element, result);
    }

    private static void unsqueeze(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        long[] given = n.attributeOrInput("axes", 1).orElseThrow(NodeShapes::notKnown);
        n.integersIfKnown(0).ifPresent(n::integers);
        List<Dim> shape = n.shape(0);
        int rank = shape.size() + given.length;
        boolean[] isNew = new boolean[rank];
        for (int axis : n.axes(given, rank)) {
            if (isNew[axis]) {
                n.problem("axis " + axis + " is given twice");
                return;
            }
            isNew[axis] = true;
        }
        List<Dim> result = new ArrayList<>();
        int next = 0;
        for (boolean added : isNew) {
            result.add(added ? Dim.of(1) : shape.get(next++));
        }
        n.output(element, result);
    }

    private static void expand(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> shape = n.shape(0);
        List<Dim> wanted = wantedByInput(n).stream().map(Quantity::dim).toList();
        Optional<List<Dim>> result = Dims.broadcast(shape, wanted);
        if (result.isEmpty()) {
            n.problem("the shape " + shape + " cannot be expanded to " + wanted);
            return;
        }
        n.output(element, result.get());
        n.integersIfKnown(0)
                .filter(values -> values.size() == 1 && result.get().size() == 1)
                .ifPresent(values -> Dims.size(result.get().get(0)).ifPresent(size -> {
                    if (size <= Inference.MOST_ELEMENTS) {
                        n.integers(Collections.nCopies((int) size, values.get(0)));
                    }
                }));
    }
}
