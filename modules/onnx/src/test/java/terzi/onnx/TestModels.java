package terzi.onnx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import terzi.onnx.codec.ModelFile;

/** Small models of every kind, made here, and the models of ONNX's own backend suite where that is installed. */
public final class TestModels {
    private static final Path BACKEND_SUITE = Path.of("/usr/share/libonnx-testdata/data");

    private TestModels() {}

    /** All models of ONNX's backend suite (Debian package libonnx-testdata); the test is skipped without it. */
    public static List<Path> backendSuite() throws IOException {
        assumeTrue(Files.isDirectory(BACKEND_SUITE), "ONNX's backend suite (libonnx-testdata) is not installed");
        try (Stream<Path> files = Files.walk(BACKEND_SUITE)) {
            List<Path> models =
                    files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
            assumeTrue(!models.isEmpty(), "ONNX's backend suite (libonnx-testdata) is empty");
            return models;
        }
    }

    /** A handful that needs nothing installed: the bytes of each, by name. */
    public static Map<String, byte[]> handful() {
        Map<String, byte[]> models = new LinkedHashMap<>();
        models.put("cnn", ModelFile.toBytes(cnn()));
        models.put("every tensor type", ModelFile.toBytes(everyTensorType()));
        models.put("every attribute kind", ModelFile.toBytes(everyAttributeKind()));
        models.put("branches", ModelFile.toBytes(branches()));
        models.put("things of the future", future().toByteArray());
        models.put("old style", oldStyle().toByteArray());
        return models;
    }

    /** Conv, BatchNorm, Relu, MaxPool, Conv, global pool, Flatten and Gemm: {@code [N,3,8,8]} to {@code [N,5]}. */
    public static Model cnn() {
        List<Node> nodes = List.of(
                Node.of("conv1", "Conv", List.of("input", "w1", "b1"), List.of("c1"))
                        .with("pads", Attribute.ints(1, 1, 1, 1))
                        .with("kernel_shape", Attribute.ints(3, 3)),
                Node.of("bn1", "BatchNormalization", List.of("c1", "scale", "bias", "mean", "var"), List.of("n1"))
                        .with("epsilon", Attribute.of(1e-3f)),
                Node.of("relu1", "Relu", List.of("n1"), List.of("r1")),
                Node.of("pool1", "MaxPool", List.of("r1"), List.of("p1"))
                        .with("kernel_shape", Attribute.ints(2, 2))
                        .with("strides", Attribute.ints(2, 2)),
                Node.of("conv2", "Conv", List.of("p1", "w2"), List.of("c2")),
                Node.of("gap", "GlobalAveragePool", List.of("c2"), List.of("g")),
                Node.of("flatten", "Flatten", List.of("g"), List.of("features")),
                Node.of("fc", "Gemm", List.of("features", "w3", "b3"), List.of("logits"))
                        .with("transB", Attribute.of(1)));
        List<Tensor> weights = List.of(
                ramp("w1", 4, 3, 3, 3),
                ramp("b1", 4),
                ramp("scale", 4),
                ramp("bias", 4),
                ramp("mean", 4),
                ramp("var", 4),
                ramp("w2", 6, 4, 3, 3),
                ramp("w3", 5, 6),
                ramp("b3", 5));
        Graph graph = new Graph(
                "cnn",
                nodes,
                weights,
                List.of(value("input", "N", 3, 8, 8)),
                List.of(new ValueInfo("logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(5)))));
        return Model.of(graph, 13).withMetadata("labels", "[\"a\",\"b\"]").withProducer("test", "1");
    }

    public static ValueInfo value(String name, String batch, long... rest) {
        List<Dim> dims = new ArrayList<>();
        dims.add(Dim.of(batch));
        for (long size : rest) {
            dims.add(Dim.of(size));
        }
        return new ValueInfo(name, TensorType.of(DataType.FLOAT, dims));
    }

    public static Tensor ramp(String name, long... dims) {
        float[] values = new float[(int) Tensor.elementCount(name, dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 7 - 3) / 8f;
        }
        return Tensor.ofFloats(name, dims, values);
    }

    /** One initializer and one output of each element type. */
    public static Model everyTensorType() {
        List<Tensor> tensors = new ArrayList<>();
        List<ValueInfo> outputs = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (DataType type : DataType.values()) {
            if (type == DataType.UNDEFINED) {
                continue;
            }
            String name = type.label();
            tensors.add(
                    type == DataType.STRING
                            ? Tensor.ofStrings(name, new long[] {2}, "Übermut", "")
                            : Tensor.ofRaw(
                                    name, type, new long[] {5}, ByteBuffer.wrap(new byte[(int) type.byteSize(5)])));
            nodes.add(Node.of("id " + name, "Identity", List.of(name), List.of(name + " out")));
            outputs.add(new ValueInfo(name + " out", TensorType.of(type)));
        }
        return Model.of(new Graph("types", nodes, tensors, List.of(), outputs), 26);
    }

    /** A node of another domain with an attribute of each kind. */
    public static Model everyAttributeKind() {
        Tensor one = Tensor.scalar("one", 1f);
        SparseTensor sparse = new SparseTensor(
                Tensor.ofFloats("s", new long[] {1}, 3f), Tensor.ofLongs("i", new long[] {1}, 4), List.of(3L, 3L));
        Graph empty = new Graph("empty", List.of(), List.of(one), List.of(), List.of());
        ValueType type = new ValueType.Sequence(
                new ValueType.MapOf(DataType.INT64, new ValueType.Maybe(TensorType.of(DataType.FLOAT, 1, 2))));
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("int", Attribute.of(-7));
        attributes.put("float", Attribute.of(0.5f));
        attributes.put("string", Attribute.of("ç"));
        attributes.put("tensor", Attribute.of(one));
        attributes.put("graph", Attribute.of(empty));
        attributes.put("sparse", new Attribute.SparseValue(sparse));
        attributes.put("type", new Attribute.TypeValue(type));
        attributes.put("ints", Attribute.ints(1, -1, Long.MIN_VALUE));
        attributes.put("floats", Attribute.floats(1, Float.NaN, -0f));
        attributes.put("strings", Attribute.strings("", "b"));
        attributes.put("tensors", new Attribute.Tensors(List.of(one, one)));
        attributes.put("graphs", new Attribute.Graphs(List.of(empty)));
        attributes.put("sparses", new Attribute.SparseTensors(List.of(sparse)));
        attributes.put("types", new Attribute.Types(List.of(type, ValueType.UNTYPED)));
        attributes.put("no ints", Attribute.ints());
        Node node = new Node("n", "org.example", "Everything", List.of("x", ""), List.of("y"), attributes, Origin.NONE);
        Graph graph =
                new Graph("attributes", List.of(node), List.of(), List.of(value("x", "N")), List.of(value("y", "N")));
        Model model = Model.of(graph, 17).withOpsets(Map.of("", 17L, "org.example", 1L));
        return model.withFunctions(List.of(new Function(
                "org.example",
                "Everything",
                List.of("a", "b"),
                List.of("c"),
                List.of("int"),
                List.of(Node.of("", "Identity", List.of("a"), List.of("c"))),
                Map.of("", 17L),
                Origin.NONE)));
    }

    /** An {@code If} whose branches use a value of the main graph. */
    public static Model branches() {
        Graph then = new Graph(
                "then",
                List.of(Node.of("t", "Relu", List.of("x"), List.of("a"))),
                List.of(),
                List.of(),
                List.of(value("a", "N", 2)));
        Graph otherwise = new Graph(
                "else",
                List.of(Node.of("e", "Neg", List.of("x"), List.of("b"))),
                List.of(),
                List.of(),
                List.of(value("b", "N", 2)));
        Node either = Node.of("if", "If", List.of("flag"), List.of("y"))
                .with("then_branch", Attribute.of(then))
                .with("else_branch", Attribute.of(otherwise));
        Graph graph = new Graph(
                "branches",
                List.of(either),
                List.of(),
                List.of(new ValueInfo("flag", TensorType.of(DataType.BOOL, List.of())), value("x", "N", 2)),
                List.of(value("y", "N", 2)));
        return Model.of(graph, 13);
    }

    /** Messages with fields that this version of the library has never heard of, and all that the records do not model. */
    public static OnnxMl.ModelProto future() {
        UnknownFieldSet surprise = UnknownFieldSet.newBuilder()
                .addField(
                        777,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                .addVarint(42)
                                .build())
                .build();
        OnnxMl.ModelProto.Builder model = parse(ModelFile.toBytes(cnn())).toBuilder();
        OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
        for (OnnxMl.NodeProto.Builder node : graph.getNodeBuilderList()) {
            node.setUnknownFields(surprise).setDocString("why");
            node.getAttributeBuilderList()
                    .forEach(a -> a.setUnknownFields(surprise).setDocString("how"));
        }
        graph.getInitializerBuilderList()
                .forEach(t -> t.setUnknownFields(surprise).setDocString("weights"));
        graph.getInputBuilderList().forEach(v -> v.setUnknownFields(surprise).setDocString("in"));
        graph.setUnknownFields(surprise).setDocString("graph");
        graph.addQuantizationAnnotation(OnnxMl.TensorAnnotation.newBuilder().setTensorName("w1"));
        graph.addSparseInitializer(OnnxMl.SparseTensorProto.newBuilder()
                .setValues(OnnxMl.TensorProto.newBuilder()
                        .setName("sparse")
                        .setDataType(1)
                        .addDims(1)
                        .addFloatData(2))
                .setIndices(OnnxMl.TensorProto.newBuilder()
                        .setDataType(7)
                        .addDims(1)
                        .addInt64Data(3))
                .addDims(9));
        model.addTrainingInfo(OnnxMl.TrainingInfoProto.newBuilder()
                .setInitialization(OnnxMl.GraphProto.newBuilder().setName("start")));
        return model.setUnknownFields(surprise).build();
    }

    /** As the first exporters wrote: IR 3, initializers among the inputs, data in typed lists, untyped attributes. */
    public static OnnxMl.ModelProto oldStyle() {
        OnnxMl.ModelProto.Builder model = parse(ModelFile.toBytes(cnn())).toBuilder();
        model.setIrVersion(3);
        OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
        for (OnnxMl.TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            ByteBuffer data = tensor.getRawData().asReadOnlyByteBuffer().order(java.nio.ByteOrder.LITTLE_ENDIAN);
            while (data.hasRemaining()) {
                tensor.addFloatData(data.getFloat());
            }
            tensor.clearRawData();
            OnnxMl.TypeProto.Tensor.Builder type =
                    OnnxMl.TypeProto.Tensor.newBuilder().setElemType(1);
            tensor.getDimsList()
                    .forEach(d -> type.getShapeBuilder().addDimBuilder().setDimValue(d));
            graph.addInput(OnnxMl.ValueInfoProto.newBuilder()
                    .setName(tensor.getName())
                    .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type)));
        }
        graph.getNodeBuilderList()
                .forEach(n -> n.getAttributeBuilderList().forEach(OnnxMl.AttributeProto.Builder::clearType));
        return model.build();
    }

    public static OnnxMl.ModelProto parse(byte[] bytes) {
        try {
            return OnnxMl.ModelProto.parseFrom(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
