package terzi.onnx.shapes;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/**
 * A small graph and what is right for its values, on one line: {@code opset | values | nodes | expected}.
 *
 * <p>Values are inputs ({@code x float32[2,N,?]}, {@code x float32} without a shape) or constants ({@code s {1,2}} a vector of
 * int64, {@code (5)} a scalar, {@code {1.0,2.0}} float32, {@code int32{1,2}}, {@code zeros float32[3,4]}). Nodes are written
 * {@code y = Slice x s e _ axis=1}, {@code _} being an omitted input; attributes are int, float, {@code 'text'}, {@code [1,2]},
 * {@code ['a','b']}, a constant, or an element type. Expected is a type ({@code y int64[2]}, {@code y nothing}) or the elements that
 * are followed ({@code y = 2 N ?}).
 */
record ShapeLine(String line, Model model, List<String> expected) {

    static ShapeLine parse(String line) {
        String[] parts = line.split("\\|", -1);
        List<ValueInfo> inputs = new ArrayList<>();
        List<Tensor> constants = new ArrayList<>();
        for (String value : pieces(parts[1])) {
            int space = value.indexOf(' ');
            String name = value.substring(0, space);
            String text = value.substring(space + 1);
            if (isConstant(text)) {
                constants.add(constant(name, text));
            } else if (text.startsWith("zeros ")) {
                constants.add(zeros(name, type(text.substring(6))));
            } else {
                inputs.add(new ValueInfo(name, type(text)));
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (String node : pieces(parts[2])) {
            nodes.add(node(node, "n" + nodes.size()));
        }
        long opset = Long.parseLong(parts[0].trim());
        List<ValueInfo> outputs = nodes.get(nodes.size() - 1).outputs().stream()
                .filter(output -> !output.isEmpty())
                .map(output -> new ValueInfo(output, ValueType.UNTYPED))
                .toList();
        Model model = Model.of(new Graph("g", nodes, constants, inputs, outputs), opset);
        return new ShapeLine(line, model, pieces(parts[3]));
    }

    /** What is inferred, in the form of what is expected. */
    List<String> found() {
        Map<String, TensorType> types = ShapeInference.infer(model);
        List<String> found = new ArrayList<>();
        for (String one : expected) {
            String name = one.substring(0, one.indexOf(' '));
            if (one.startsWith(name + " =")) {
                found.add(name + " = " + elements(name));
            } else {
                found.add(name + " " + (types.containsKey(name) ? types.get(name) : "nothing"));
            }
        }
        return found;
    }

    /** The elements of an integer tensor: the axes of what ConstantOfShape makes of them in a row. */
    private String elements(String name) {
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        List<Tensor> constants = new ArrayList<>(graph.initializers());
        constants.add(Tensor.ofLongs("all", -1));
        nodes.add(Node.of("row", "Reshape", List.of(name, "all"), List.of("row")));
        nodes.add(Node.of("made", "ConstantOfShape", List.of("row"), List.of("made")));
        Model longer = model.withGraph(graph.withNodes(nodes).withInitializers(constants));
        return ShapeInference.infer(longer).get("made").shape().orElseThrow().stream()
                .map(Dim::toString)
                .collect(Collectors.joining(" "));
    }

    /** The parts between semicolons. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        for (String piece : text.split(";", -1)) {
            if (!piece.isBlank()) {
                pieces.add(piece.trim());
            }
        }
        return pieces;
    }

    private static Node node(String text, String name) {
        int equals = text.indexOf(" = ");
        List<String> outputs = new ArrayList<>();
        for (String output : text.substring(0, equals).split(" ", -1)) {
            outputs.add(output.equals("_") ? "" : output);
        }
        String[] words = text.substring(equals + 3).split(" ", -1);
        List<String> inputs = new ArrayList<>();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            int at = words[i].indexOf('=');
            if (at > 0) {
                attributes.put(words[i].substring(0, at), attribute(words[i].substring(at + 1)));
            } else {
                inputs.add(words[i].equals("_") ? "" : words[i]);
            }
        }
        return Node.of(name, words[0], inputs, outputs).withAttributes(attributes);
    }

    private static Attribute attribute(String text) {
        if (isConstant(text)) {
            return Attribute.of(constant("", text));
        }
        boolean isList = text.startsWith("[");
        if (text.contains("'")) {
            List<String> strings = list(text.replace("'", ""), s -> s);
            return isList ? new Attribute.Strings(strings) : Attribute.of(strings.get(0));
        }
        if (text.contains(".")) {
            List<Float> floats = list(text, Float::valueOf);
            return isList ? new Attribute.Floats(floats) : Attribute.of(floats.get(0));
        }
        List<Long> ints =
                list(text, s -> Character.isLetter(s.charAt(0)) ? element(s).onnxCode() : Long.parseLong(s));
        return isList ? new Attribute.Ints(ints) : Attribute.of(ints.get(0));
    }

    private static boolean isConstant(String text) {
        return text.endsWith("}") || text.endsWith(")");
    }

    private static Tensor constant(String name, String text) {
        boolean isScalar = text.endsWith(")");
        int start = text.indexOf(isScalar ? '(' : '{');
        String elements = text.substring(start);
        List<Double> values = list(elements, Double::valueOf);
        long[] longs = elements.contains(".")
                ? new long[0]
                : list(elements, Long::valueOf).stream().mapToLong(v -> v).toArray();
        long[] dims = isScalar ? new long[0] : new long[] {values.size()};
        String type = start > 0 ? text.substring(0, start) : elements.contains(".") ? "float32" : "int64";
        return switch (element(type)) {
            case INT64 -> Tensor.ofLongs(name, dims, longs);
            case INT32 ->
                Tensor.ofInts(
                        name, dims, values.stream().mapToInt(Double::intValue).toArray());
            case DOUBLE ->
                Tensor.ofDoubles(name, dims, values.stream().mapToDouble(v -> v).toArray());
            default -> {
                float[] floats = new float[values.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = values.get(i).floatValue();
                }
                yield Tensor.ofFloats(name, dims, floats);
            }
        };
    }

    private static Tensor zeros(String name, TensorType type) {
        long[] dims = type.fixedShape().orElseThrow();
        long bytes = type.elementType().byteSize(Tensor.elementCount(name, dims));
        return Tensor.ofRaw(name, type.elementType(), dims, ByteBuffer.allocate((int) bytes));
    }

    private static TensorType type(String text) {
        Matcher parts = Pattern.compile("(\\w+)(\\[.*])?").matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        DataType element = element(parts.group(1));
        return parts.group(2) == null
                ? TensorType.of(element)
                : TensorType.of(element, list(parts.group(2), ShapeLine::dim));
    }

    private static Dim dim(String text) {
        if (text.equals("?")) {
            return Dim.UNKNOWN;
        }
        return Character.isDigit(text.charAt(0)) ? Dim.of(Long.parseLong(text)) : Dim.of(text);
    }

    private static DataType element(String label) {
        for (DataType type : DataType.values()) {
            if (type.label().equals(label)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no element type " + label);
    }

    /** What stands between commas, without the brackets around. */
    private static <T> List<T> list(String text, Function<String, T> parse) {
        String inner = text.replaceAll("[\\[\\]{}()]", "");
        List<T> values = new ArrayList<>();
        for (String value : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
            values.add(parse.apply(value));
        }
        return values;
    }

    @Override
    public String toString() {
        return line.replaceAll(" +", " ");
    }
}
