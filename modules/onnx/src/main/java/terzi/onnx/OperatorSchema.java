package terzi.onnx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The form of an operator in the ONNX specification: the number of inputs and outputs and the attributes. Types and
 * shapes are not part of it.
 *
 * @param opType type of the operator, of ONNX's own domain
 * @param sinceVersion first opset with this form
 * @param withdrawn whether that opset removed the operator
 * @param inputs number of inputs, the empty names of omitted ones included
 * @param outputs number of outputs
 * @param attributes rules for the attributes by name
 */
public record OperatorSchema(
        String opType,
        int sinceVersion,
        boolean withdrawn,
        Count inputs,
        Count outputs,
        Map<String, AttributeRule> attributes) {

    /**
     * A range of numbers, both ends included.
     *
     * @param least smallest number, 0 or more
     * @param most largest number; {@link Integer#MAX_VALUE} for no limit
     */
    public record Count(int least, int most) {
        static Count parse(String text) {
            int dash = text.indexOf('-');
            String most = text.substring(dash + 1);
            return new Count(
                    Integer.parseInt(text.substring(0, dash)),
                    most.equals("*") ? Integer.MAX_VALUE : Integer.parseInt(most));
        }

        boolean allows(int count) {
            return count >= least && count <= most;
        }

        /** {@return the range in words, such as {@code 1 to 3} or {@code 2 or more}} */
        @Override
        public String toString() {
            if (most == Integer.MAX_VALUE) {
                return least + " or more";
            }
            return least == most ? Integer.toString(least) : least + " to " + most;
        }
    }

    /**
     * The rule for an attribute.
     *
     * @param kind record that its value must have
     * @param required whether every node must have the attribute
     */
    public record AttributeRule(Class<? extends Attribute> kind, boolean required) {}

    private static final Map<String, Class<? extends Attribute>> KINDS = Map.ofEntries(
            Map.entry("i", Attribute.Int.class),
            Map.entry("f", Attribute.Float.class),
            Map.entry("s", Attribute.Str.class),
            Map.entry("t", Attribute.TensorValue.class),
            Map.entry("g", Attribute.GraphValue.class),
            Map.entry("st", Attribute.SparseValue.class),
            Map.entry("tp", Attribute.TypeValue.class),
            Map.entry("is", Attribute.Ints.class),
            Map.entry("fs", Attribute.Floats.class),
            Map.entry("ss", Attribute.Strings.class),
            Map.entry("ts", Attribute.Tensors.class),
            Map.entry("gs", Attribute.Graphs.class),
            Map.entry("sts", Attribute.SparseTensors.class),
            Map.entry("tps", Attribute.Types.class));

    private static final Map<String, TreeMap<Integer, OperatorSchema>> TABLE = read();

    /**
     * Creates a schema from a copy of the attributes.
     *
     * @param opType type of the operator, of ONNX's own domain
     * @param sinceVersion first opset with this form
     * @param withdrawn whether that opset removed the operator
     * @param inputs number of inputs, the empty names of omitted ones included
     * @param outputs number of outputs
     * @param attributes rules for the attributes by name
     */
    public OperatorSchema {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Finds the form of an operator in an opset.
     *
     * @param opType type of the operator, of ONNX's own domain
     * @param opset version of ONNX's own operator set
     * @return the form; empty if the opset does not have the operator
     */
    public static Optional<OperatorSchema> of(String opType, long opset) {
        TreeMap<Integer, OperatorSchema> versions = TABLE.get(opType);
        if (versions == null) {
            return Optional.empty();
        }
        Map.Entry<Integer, OperatorSchema> entry = versions.floorEntry((int) Math.min(opset, Integer.MAX_VALUE));
        return Optional.ofNullable(entry).map(Map.Entry::getValue).filter(schema -> !schema.withdrawn);
    }

    /**
     * Checks the form of a node. Nodes of domains other than ONNX's own are not checked.
     *
     * @param node the node
     * @param opset version of ONNX's own operator set
     * @return one message for each problem, which names the node; empty if the form is valid
     */
    public static List<String> problems(Node node, long opset) {
        if (!node.domain().isEmpty()) {
            return List.of();
        }
        Optional<OperatorSchema> schema = of(node.opType(), opset);
        if (schema.isPresent()) {
            return schema.get().check(node, opset);
        }
        TreeMap<Integer, OperatorSchema> versions = TABLE.get(node.opType());
        String reason = versions == null
                ? "is not an operator of ONNX; is its domain missing, or the name misspelt?"
                : versions.firstKey() > opset
                        ? "exists since opset " + versions.firstKey()
                        : "was withdrawn in opset " + versions.lastKey();
        return List.of(node.describe(opset) + ": " + node.opType() + " " + reason);
    }

    private List<String> check(Node node, long opset) {
        List<String> problems = new ArrayList<>();
        String where = node.describe(opset) + ": ";
        if (!inputs.allows(node.inputs().size())) {
            problems.add(where + "takes " + inputs + " inputs, it has "
                    + node.inputs().size());
        }
        if (!outputs.allows(node.outputs().size())) {
            problems.add(where + "gives " + outputs + " outputs, it has "
                    + node.outputs().size());
        }
        for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
            AttributeRule rule = attributes.get(entry.getKey());
            if (rule == null) {
                problems.add(where + "has no attribute " + entry.getKey() + "; it has " + attributes.keySet());
            } else if (!rule.kind.isInstance(entry.getValue()) && !(entry.getValue() instanceof Attribute.Ref)) {
                problems.add(where + "attribute " + entry.getKey() + " must be " + rule.kind.getSimpleName()
                        + ", it is " + entry.getValue().getClass().getSimpleName());
            }
        }
        attributes.forEach((name, rule) -> {
            if (rule.required && !node.attributes().containsKey(name)) {
                problems.add(where + "needs the attribute " + name);
            }
        });
        return problems;
    }

    private static Map<String, TreeMap<Integer, OperatorSchema>> read() {
        Map<String, TreeMap<Integer, OperatorSchema>> table = new HashMap<>();
        try (InputStream stream = OperatorSchema.class.getResourceAsStream("operators.txt")) {
            if (stream == null) {
                throw new IllegalStateException(
                        "terzi/onnx/operators.txt is not on the class path; the jar is incomplete");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    OperatorSchema schema = parse(line);
                    table.computeIfAbsent(schema.opType, name -> new TreeMap<>())
                            .put(schema.sinceVersion, schema);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read terzi/onnx/operators.txt from the jar", e);
        }
        return table;
    }

    private static OperatorSchema parse(String line) {
        List<String> words = List.of(line.split(" ", -1));
        String version = words.get(1);
        boolean withdrawn = version.endsWith("x");
        Map<String, AttributeRule> attributes = new LinkedHashMap<>();
        for (String word : words.subList(4, words.size())) {
            int colon = word.indexOf(':');
            boolean required = word.endsWith("!");
            String kind = word.substring(colon + 1, required ? word.length() - 1 : word.length());
            attributes.put(
                    word.substring(0, colon),
                    new AttributeRule(Objects.requireNonNull(KINDS.get(kind), kind), required));
        }
        return new OperatorSchema(
                words.get(0),
                Integer.parseInt(withdrawn ? version.substring(0, version.length() - 1) : version),
                withdrawn,
                Count.parse(words.get(2)),
                Count.parse(words.get(3)),
                attributes);
    }
}
