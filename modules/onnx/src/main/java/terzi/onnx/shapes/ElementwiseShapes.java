package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Operators that work on each element by itself, with multidirectional broadcasting where they take several tensors. */
final class ElementwiseShapes {
    private ElementwiseShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(ElementwiseShapes::sameAsFirst, "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Affine");
        rules.add(ElementwiseShapes::sameAsFirst, "BitwiseNot", "Ceil", "Celu", "Clip", "Cos", "Cosh", "CumSum", "Elu");
        rules.add(
                ElementwiseShapes::sameAsFirst, "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu");
        rules.add(ElementwiseShapes::sameAsFirst, "Log", "Mish", "Neg", "Not", "PRelu", "Reciprocal", "Relu", "Round");
        rules.add(
                ElementwiseShapes::sameAsFirst,
                "Scale",
                "Selu",
                "Shrink",
                "Sigmoid",
                "Sign",
                "Sin",
                "Sinh",
                "Softplus");
        rules.add(ElementwiseShapes::sameAsFirst, "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu");
        rules.add(ElementwiseShapes::sameAsFirst, "Softmax", "LogSoftmax", "Hardmax", "Trilu", "ReverseSequence");
        rules.add(
                ElementwiseShapes::sameAsFirst,
                "Scatter",
                "ScatterElements",
                "ScatterND",
                "ImageScaler",
                "ParametricSoftplus");
        rules.add(ElementwiseShapes::identity, "Identity");
        rules.add(ElementwiseShapes::dropout, "Dropout");
        rules.add(ElementwiseShapes::test, "IsNaN", "IsInf");
        arithmetic(rules, "Add", Quantity::add);
        arithmetic(rules, "Sub", Quantity::subtract);
        arithmetic(rules, "Mul", Quantity::multiply);
        arithmetic(rules, "Div", Quantity::divide);
        arithmetic(rules, "Min", Quantity::min);
        arithmetic(rules, "Max", Quantity::max);
        arithmetic(rules, "Mod", Quantity::modulo);
        rules.add(n -> broadcast(n, n.element(0)), "Pow", "Sum", "Mean", "BitShift");
        rules.add(n -> broadcast(n, n.element(0)), "BitwiseAnd", "BitwiseOr", "BitwiseXor");
        rules.add(n -> broadcast(n, DataType.BOOL), "And", "Or", "Xor", "Equal", "Greater", "Less");
        rules.add(n -> broadcast(n, DataType.BOOL), "GreaterOrEqual", "LessOrEqual");
        rules.add(ElementwiseShapes::where, "Where");
    }

    static void sameAsFirst(NodeShapes n) {
        n.output(0, n.typeIfKnown(0).orElseThrow(NodeShapes::notKnown));
    }

    private static void identity(NodeShapes n) {
        sameAsFirst(n);
        n.integers(n.integers(0));
    }

    private static void dropout(NodeShapes n) {
        sameAsFirst(n);
        // the mask had the type of the data before opset 10
        DataType mask = n.opset() >= 10 ? DataType.BOOL : n.element(0);
        n.output(1, new TensorType(mask, n.shapeIfKnown(0)));
    }

    private static void test(NodeShapes n) {
        n.output(0, new TensorType(DataType.BOOL, n.shapeIfKnown(0)));
    }

    private static void arithmetic(ShapeRules rules, String opType, BinaryOperator<Quantity> operator) {
        rules.add(
                n -> {
                    broadcast(n, n.element(0));
                    boolean integer = n.element(0) == DataType.INT64 || n.element(0) == DataType.INT32;
                    if (integer && n.inputCount() == 2 && isRow(n, 0) && isRow(n, 1)) {
                        n.integers(fold(n.integers(0), n.integers(1), operator));
                    }
                },
                opType);
    }

    /** Whether an input has at most one axis: with more, several elements can meet one. */
    private static boolean isRow(NodeShapes n, int input) {
        return n.shape(input).size() <= 1;
    }

    private static List<Quantity> fold(List<Quantity> a, List<Quantity> b, BinaryOperator<Quantity> operator) {
        int size = a.size() == 1 ? b.size() : a.size();
        if (b.size() != size && b.size() != 1) {
            throw NodeShapes.notKnown();
        }
        List<Quantity> result = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            result.add(operator.apply(a.get(a.size() == 1 ? 0 : i), b.get(b.size() == 1 ? 0 : i)));
        }
        return result;
    }

    /** All inputs are spread over each other. */
    private static void broadcast(NodeShapes n, DataType result) {
        if (n.opset() < 7 && n.node().intAttribute("broadcast", 0) != 0) {
            // the second tensor was spread over the first, from an axis given by an attribute
            n.output(0, new TensorType(result, n.shapeIfKnown(0)));
            return;
        }
        n.output(0, TensorType.of(result));
        List<Dim> shape = n.shape(0);
        for (int i = 1; i < n.inputCount(); i++) {
            shape = join(n, shape, n.shape(i));
        }
        n.output(result, shape);
    }

    private static List<Dim> join(NodeShapes n, List<Dim> a, List<Dim> b) {
        Optional<List<Dim>> joined = Dims.broadcast(a, b);
        if (joined.isEmpty()) {
            n.problem("shapes " + a + " and " + b + " do not fit together: each axis must be equal or 1");
        }
        return joined.orElseThrow(NodeShapes::notKnown);
    }

    private static void where(NodeShapes n) {
        DataType element = n.typeIfKnown(1).isPresent() ? n.element(1) : n.element(2);
        n.output(0, TensorType.of(element));
        n.output(element, join(n, join(n, n.shape(0), n.shape(1)), n.shape(2)));
    }
}
