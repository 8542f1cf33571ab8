package terzi.training.finetune;

import java.util.List;
import java.util.Optional;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.rewrite.PooledMaps;

/**
 * Writes a head on powered features into a network in place of its Gemm, with class activation maps where features are means.
 */
final class HeadGraph {
    private static final String ACTIVATION_MAP = "activation_map";

    private final GraphPart part;
    private final PoweredFeatures features;
    private final int classes;

    private HeadGraph(GraphPart part, PoweredFeatures features, int classes) {
        this.part = part;
        this.features = features;
        this.classes = classes;
    }

    static Model on(Model network, KernelHead head) {
        HeadGraph graph = new HeadGraph(part(network, "kernel"), head.features(), head.classes());
        graph.add(head, PooledMaps.of(network, Prepared.FEATURES));
        return graph.part.build();
    }

    static Model on(Model network, DiscriminantHead head) {
        HeadGraph graph = new HeadGraph(part(network, "discriminant"), head.features(), head.bias().length);
        graph.add(head, PooledMaps.of(network, Prepared.FEATURES));
        return graph.part.build();
    }

    private static GraphPart part(Model network, String name) {
        Node gemm = network.graph().producer(Prepared.LOGITS).orElseThrow();
        return new GraphPart(network, name, List.of(gemm));
    }

    /**
     * Names of values on the way from the features to z.
     *
     * @param size |x|, {@code [N, F]}
     * @param grown of |x| after the power, {@code [N, F]}
     * @param factor {@code [F]}
     * @param z {@code [N, F]}
     */
    private record Powered(String size, String grown, String factor, String z) {}

    private Powered powered() {
        String size = part.node("size", "Abs", List.of(Prepared.FEATURES));
        String offset = part.scalar("offset", features.offset());
        String power = part.scalar("power", features.power());
        String raised = part.node("raised", "Pow", List.of(part.node("sum", "Add", List.of(size, offset)), power));
        String zero = part.scalar("zero", Math.pow(features.offset(), features.power()));
        String grown = part.node("grown", "Sub", List.of(raised, zero));
        String powered =
                part.node("powered", "Mul", List.of(part.node("sign", "Sign", List.of(Prepared.FEATURES)), grown));
        String factor = part.tensor("factor", features.factor(), features.width());
        String mean = part.tensor("mean", features.mean(), features.width());
        String centred = part.node("centred", "Sub", List.of(powered, mean));
        return new Powered(size, grown, factor, part.node("z", "Mul", List.of(centred, factor)));
    }

    private void add(DiscriminantHead head, Optional<PooledMaps> maps) {
        Powered powered = powered();
        String weight = part.tensor("weight", head.weight(), classes, features.width());
        String bias = part.tensor("bias", head.bias(), classes);
        part.add(Node.of(Prepared.LOGITS, "Gemm", List.of(powered.z(), weight, bias), List.of(Prepared.LOGITS))
                .with("transB", Attribute.of(1)));
        maps.ifPresent(pooled -> addMap(pooled, powered, weight));
    }

    private void add(KernelHead head, Optional<PooledMaps> maps) {
        Powered powered = powered();
        int width = features.width();
        String rows = part.tensor("rows", head.rows(), head.learnedFrom(), width);
        String exact = exact("Z", powered.z());
        String exactRows = exact("Rows", rows);
        String cross = part.add(Node.of(name("cross"), "Gemm", List.of(exact, exactRows), List.of(name("cross")))
                .with("transB", Attribute.of(1))
                .with("alpha", Attribute.of(2f)));
        String axis = part.longs("axis", 1);
        String norm = part.node("norm", "ReduceSum", List.of(part.node("squares", "Mul", List.of(exact, exact)), axis));
        String rowNorms = part.node(
                "rowNorms", "ReduceSum", List.of(part.node("rowSquares", "Mul", List.of(exactRows, exactRows)), axis));
        String norms = part.node("rowNormsAcross", "Transpose", List.of(rowNorms), "perm", Attribute.ints(1, 0));
        String distance = part.node("distance", "Sub", List.of(part.node("norms", "Add", List.of(norm, norms)), cross));
        String minusGamma = exact("MinusGamma", part.scalar("minusGamma", -head.gamma()));
        String likeness =
                part.node("likeness", "Exp", List.of(part.node("scaled", "Mul", List.of(distance, minusGamma))));
        String weight = part.tensor("weight", head.weight(), head.learnedFrom(), classes);
        String weighted = part.node("weighted", "MatMul", List.of(likeness, exact("Weight", weight)));
        String bias = exact("Bias", part.tensor("bias", head.bias(), classes));
        String sum = part.node("sums", "Add", List.of(weighted, bias));
        part.add(Node.of(Prepared.LOGITS, "Cast", List.of(sum), List.of(Prepared.LOGITS))
                .with("to", Attribute.of(DataType.FLOAT.onnxCode())));
        maps.ifPresent(pooled -> {
            String perImage = part.cast("roundedLikeness", likeness, DataType.FLOAT);
            String total = part.cast("roundedWeighted", weighted, DataType.FLOAT);
            String difference = difference(perImage, weight, rows, total, powered.z());
            String slope = part.node("slope", "Mul", List.of(difference, part.scalar("twoGamma", 2 * head.gamma())));
            addMap(pooled, powered, slope);
        });
    }

    /** How the logits change with z, over 2 gamma: sum of weighted likeness x row - its sum x z, {@code [N, K, F]}. */
    private String difference(String likeness, String weight, String rows, String weighted, String z) {
        String axis1 = part.longs("axis1", 1);
        String perClass = part.node(
                "perClass",
                "Mul",
                List.of(
                        part.node("likeness3", "Unsqueeze", List.of(likeness, axis1)),
                        part.node("classRows", "Transpose", List.of(weight), "perm", Attribute.ints(1, 0))));
        String towards = part.node("towards", "MatMul", List.of(perClass, rows));
        String away = part.node(
                "away",
                "Mul",
                List.of(
                        part.node("weighted3", "Unsqueeze", List.of(weighted, part.longs("axis2", 2))),
                        part.node("z3", "Unsqueeze", List.of(z, axis1))));
        return part.node("difference", "Sub", List.of(towards, away));
    }

    /**
     * What each place of the maps adds: the features' shares applied there instead of to their means. A feature's share is the
     * slope times z's secant from 0.
     *
     * @param slope of the logits by z, {@code [N, K, F]} or {@code [K, F]}
     */
    private void addMap(PooledMaps pooled, Powered powered, String slope) {
        String least = part.node("least", "Add", List.of(powered.size(), part.scalar("tiny", 1e-12)));
        String ratio = part.node("ratio", "Div", List.of(powered.grown(), least));
        String secant = part.node("secant", "Mul", List.of(ratio, powered.factor()));
        String secant3 = part.node("secant3", "Unsqueeze", List.of(secant, part.longs("secantAxis", 1)));
        String shares = part.node("shares", "Mul", List.of(slope, secant3));
        String own = shares;
        if (pooled.width() < features.width()) {
            own = part.node(
                    "ownShares",
                    "Slice",
                    List.of(
                            shares,
                            part.longs("from", 0),
                            part.longs("to", pooled.width()),
                            part.longs("sliceAxis", 2)));
        }
        String flat = part.node("flatMaps", "Reshape", List.of(pooled.maps(), part.longs("flatShape", 0, 0, -1)));
        String places = part.node("places", "MatMul", List.of(own, flat));
        String area = part.node("area", "Shape", List.of(pooled.maps()), "start", Attribute.of(2));
        String shape = part.node(
                "mapShape", "Concat", List.of(part.longs("sameBatchAndClasses", 0, 0), area), "axis", Attribute.of(0));
        part.add(Node.of(name("map"), "Reshape", List.of(places, shape), List.of(ACTIVATION_MAP)));
        part.output(new ValueInfo(
                ACTIVATION_MAP,
                TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(classes), Dim.of("map_h"), Dim.of("map_w"))));
    }

    private String exact(String name, String value) {
        return part.cast("exact" + name, value, DataType.DOUBLE);
    }

    private String name(String name) {
        return part.name(name);
    }
}
