package terzi.training.finetune;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.rewrite.PooledMaps;

/** Writes a {@link KernelHead} into a network in place of its Gemm, with class activation maps where features are means. */
final class KernelGraph {
    private static final String PREFIX = "kernel";
    private static final String ACTIVATION_MAP = "activation_map";

    private final KernelHead head;
    private final String prefix;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();

    private KernelGraph(KernelHead head, String prefix) {
        this.head = head;
        this.prefix = prefix;
    }

    static Model on(Model network, KernelHead head) {
        Graph graph = network.graph();
        Node gemm = graph.producer(Prepared.LOGITS).orElseThrow();
        KernelGraph part = new KernelGraph(head, freePrefix(graph));
        part.tensors.addAll(graph.initializers());
        part.tensors.removeIf(tensor -> gemm.inputs().subList(1, 3).contains(tensor.name()));
        graph.nodes().stream().filter(node -> !node.equals(gemm)).forEach(part.nodes::add);
        List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
        part.add(PooledMaps.of(network, Prepared.FEATURES), outputs);
        return network.withGraph(
                graph.withNodes(part.nodes).withInitializers(part.tensors).withOutputs(outputs));
    }

    /** Networks that had such a head before may still have its names. */
    private static String freePrefix(Graph graph) {
        Set<String> names = new HashSet<>();
        graph.nodes().forEach(node -> names.addAll(node.outputs()));
        graph.initializers().forEach(tensor -> names.add(tensor.name()));
        String free = PREFIX + "/";
        for (int number = 2; isTaken(names, free); number++) {
            free = PREFIX + number + "/";
        }
        return free;
    }

    private static boolean isTaken(Set<String> names, String prefix) {
        return names.stream().anyMatch(name -> name.startsWith(prefix));
    }

    private void add(Optional<PooledMaps> maps, List<ValueInfo> outputs) {
        int width = head.width();
        String size = node("size", "Abs", List.of(Prepared.FEATURES));
        String offset = scalar("offset", head.offset());
        String power = scalar("power", head.power());
        String raised = node("raised", "Pow", List.of(node("sum", "Add", List.of(size, offset)), power));
        String zero = scalar("zero", Math.pow(head.offset(), head.power()));
        String grown = node("grown", "Sub", List.of(raised, zero));
        String powered = node("powered", "Mul", List.of(node("sign", "Sign", List.of(Prepared.FEATURES)), grown));
        String factor = tensor("factor", head.factor(), width);
        String centred = node("centred", "Sub", List.of(powered, tensor("mean", head.mean(), width)));
        String z = node("z", "Mul", List.of(centred, factor));

        String rows = tensor("rows", head.rows(), head.learnedFrom(), width);
        String exact = exact("Z", z);
        String exactRows = exact("Rows", rows);
        String cross = node(Node.of(prefix + "cross", "Gemm", List.of(exact, exactRows), List.of(prefix + "cross"))
                .with("transB", Attribute.of(1))
                .with("alpha", Attribute.of(2f)));
        String axis = longs("axis", 1);
        String norm = node("norm", "ReduceSum", List.of(node("squares", "Mul", List.of(exact, exact)), axis));
        String rowNorms =
                node("rowNorms", "ReduceSum", List.of(node("rowSquares", "Mul", List.of(exactRows, exactRows)), axis));
        String norms = node(
                Node.of(prefix + "rowNormsAcross", "Transpose", List.of(rowNorms), List.of(prefix + "rowNormsAcross"))
                        .with("perm", Attribute.ints(1, 0)));
        String distance = node("distance", "Sub", List.of(node("norms", "Add", List.of(norm, norms)), cross));
        String minusGamma = exact("MinusGamma", scalar("minusGamma", -head.gamma()));
        String likeness = node("likeness", "Exp", List.of(node("scaled", "Mul", List.of(distance, minusGamma))));
        String weight = tensor("weight", head.weight(), head.learnedFrom(), head.classes());
        String weighted = node("weighted", "MatMul", List.of(likeness, exact("Weight", weight)));
        String bias = exact("Bias", tensor("bias", head.bias(), head.classes()));
        String sum = node("sums", "Add", List.of(weighted, bias));
        nodes.add(castNode(Prepared.LOGITS, sum, DataType.FLOAT));
        maps.ifPresent(pooled -> {
            String slope = slope(rounded("Likeness", likeness), weight, rows, rounded("Weighted", weighted), z);
            String secant = node(
                    "secant",
                    "Mul",
                    List.of(
                            node(
                                    "ratio",
                                    "Div",
                                    List.of(grown, node("least", "Add", List.of(size, scalar("tiny", 1e-12))))),
                            factor));
            String shares = node("shares", "Mul", List.of(slope, node("secant3", "Unsqueeze", List.of(secant, axis))));
            addMap(pooled, shares, outputs);
        });
    }

    /** How the logits change with z, {@code [N, K, F]}: 2 gamma (sum of weighted likeness x row - its sum x z). */
    private String slope(String likeness, String weight, String rows, String weighted, String z) {
        String axis1 = longs("axis1", 1);
        String perClass = node(
                "perClass",
                "Mul",
                List.of(
                        node("likeness3", "Unsqueeze", List.of(likeness, axis1)),
                        node(Node.of(prefix + "classRows", "Transpose", List.of(weight), List.of(prefix + "classRows"))
                                .with("perm", Attribute.ints(1, 0)))));
        String towards = node("towards", "MatMul", List.of(perClass, rows));
        String away = node(
                "away",
                "Mul",
                List.of(
                        node("weighted3", "Unsqueeze", List.of(weighted, longs("axis2", 2))),
                        node("z3", "Unsqueeze", List.of(z, axis1))));
        return node(
                "slope",
                "Mul",
                List.of(node("difference", "Sub", List.of(towards, away)), scalar("twoGamma", 2 * head.gamma())));
    }

    /** What each place of the maps adds: the features' shares applied there instead of to their means. */
    private void addMap(PooledMaps pooled, String shares, List<ValueInfo> outputs) {
        String own = shares;
        if (pooled.width() < head.width()) {
            own = node(
                    "ownShares",
                    "Slice",
                    List.of(shares, longs("from", 0), longs("to", pooled.width()), longs("sliceAxis", 2)));
        }
        String flat = node("flatMaps", "Reshape", List.of(pooled.maps(), longs("flatShape", 0, 0, -1)));
        String places = node("places", "MatMul", List.of(own, flat));
        String area = node(Node.of(prefix + "area", "Shape", List.of(pooled.maps()), List.of(prefix + "area"))
                .with("start", Attribute.of(2)));
        String shape = node(Node.of(
                        prefix + "mapShape",
                        "Concat",
                        List.of(longs("sameBatchAndClasses", 0, 0), area),
                        List.of(prefix + "mapShape"))
                .with("axis", Attribute.of(0)));
        nodes.add(Node.of(prefix + "map", "Reshape", List.of(places, shape), List.of(ACTIVATION_MAP)));
        outputs.add(new ValueInfo(
                ACTIVATION_MAP,
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(head.classes()), Dim.of("map_h"), Dim.of("map_w"))));
    }

    private String exact(String name, String value) {
        return node(castNode(prefix + "exact" + name, value, DataType.DOUBLE));
    }

    private String rounded(String name, String value) {
        return node(castNode(prefix + "rounded" + name, value, DataType.FLOAT));
    }

    private static Node castNode(String output, String value, DataType type) {
        return Node.of(output, "Cast", List.of(value), List.of(output)).with("to", Attribute.of(type.onnxCode()));
    }

    private String node(String name, String opType, List<String> inputs) {
        return node(Node.of(prefix + name, opType, inputs, List.of(prefix + name)));
    }

    private String node(Node node) {
        nodes.add(node);
        return node.outputs().get(0);
    }

    private String scalar(String name, double value) {
        return keep(Tensor.scalar(prefix + name, (float) value));
    }

    private String longs(String name, long... values) {
        return keep(Tensor.ofLongs(prefix + name, values));
    }

    private String tensor(String name, float[] values, long... dims) {
        return keep(Tensor.ofFloats(prefix + name, dims, values));
    }

    private String keep(Tensor tensor) {
        tensors.add(tensor);
        return tensor.name();
    }
}
