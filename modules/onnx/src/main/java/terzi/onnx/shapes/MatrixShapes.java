package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Matrix products. */
final class MatrixShapes {
    private MatrixShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(n -> multiply(n, n.element(0), 1), "MatMul");
        rules.add(n -> multiply(n, DataType.INT32, 1), "MatMulInteger");
        rules.add(n -> multiply(n, n.element(7), 3), "QLinearMatMul");
        rules.add(MatrixShapes::gemm, "Gemm");
        rules.add(MatrixShapes::determinant, "Det");
    }

    /** As NumPy's {@code matmul}: the last two axes are matrices, those before them are broadcast, vectors get an axis. */
    private static void multiply(NodeShapes n, DataType result, int second) {
        n.output(0, TensorType.of(result));
        List<Dim> a = n.shape(0);
        List<Dim> b = n.shape(second);
        if (a.isEmpty() || b.isEmpty()) {
            n.problem("scalars cannot be multiplied as matrices");
            return;
        }
        Dim inner = a.get(a.size() - 1);
        Dim otherInner = b.get(Math.max(0, b.size() - 2));
        checkInner(n, inner, otherInner);
        List<Dim> batchA = a.subList(0, Math.max(0, a.size() - 2));
        List<Dim> batchB = b.subList(0, Math.max(0, b.size() - 2));
        List<Dim> shape = new ArrayList<>(Dims.broadcast(batchA, batchB).orElseThrow(() -> {
            n.problem("shapes " + a + " and " + b + " do not fit together");
            return NodeShapes.notKnown();
        }));
        if (a.size() > 1) {
            shape.add(a.get(a.size() - 2));
        }
        if (b.size() > 1) {
            shape.add(b.get(b.size() - 1));
        }
        n.output(result, shape);
    }

    private static void gemm(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> a = matrix(n, 0);
        List<Dim> b = matrix(n, 1);
        boolean transA = n.node().intAttribute("transA", 0) != 0;
        boolean transB = n.node().intAttribute("transB", 0) != 0;
        checkInner(n, a.get(transA ? 0 : 1), b.get(transB ? 1 : 0));
        n.output(element, List.of(a.get(transA ? 1 : 0), b.get(transB ? 0 : 1)));
    }

    private static List<Dim> matrix(NodeShapes n, int input) {
        List<Dim> shape = n.shape(input);
        if (shape.size() != 2) {
            n.problem("input " + n.node().inputs().get(input) + " must be a matrix, it is " + shape
                    + "; is a Flatten missing?");
            throw NodeShapes.notKnown();
        }
        return shape;
    }

    private static void checkInner(NodeShapes n, Dim a, Dim b) {
        if (a instanceof Dim.Fixed x && b instanceof Dim.Fixed y && x.size() != y.size()) {
            n.problem("the input has " + x.size() + " features, the weight takes " + y.size());
            throw NodeShapes.notKnown();
        }
    }

    private static void determinant(NodeShapes n) {
        List<Dim> shape = n.shape(0);
        n.output(n.element(0), shape.subList(0, Math.max(0, shape.size() - 2)));
    }
}
