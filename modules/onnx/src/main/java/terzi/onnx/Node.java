package terzi.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One operation of a graph.
 *
 * @param name descriptive name; may be empty
 * @param domain domain of the operator; empty for ONNX's own operators ({@code ai.onnx} becomes empty)
 * @param opType type of the operator, such as {@code Conv}
 * @param inputs names of the input values; empty for an optional input that is omitted
 * @param outputs names of the output values; empty for an optional output that is omitted
 * @param attributes attributes by name, in the order of the file
 * @param origin fields of the file that this record does not model
 */
public record Node(
        String name,
        String domain,
        String opType,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes,
        Origin origin) {
    /**
     * Creates a node from copies of the collections, without checking it.
     *
     * @param name descriptive name; may be empty
     * @param domain domain of the operator; empty for ONNX's own operators
     * @param opType type of the operator, such as {@code Conv}
     * @param inputs names of the input values
     * @param outputs names of the output values
     * @param attributes attributes by name, in the order of the file
     * @param origin fields of the file that this record does not model
     */
    public Node {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(opType, "opType");
        domain = domain.equals("ai.onnx") ? "" : domain;
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        Objects.requireNonNull(origin, "origin");
    }

    /**
     * {@return a node of ONNX's own domain without attributes; add them with {@link #with}}
     *
     * @param name descriptive name; may be empty
     * @param opType type of the operator, such as {@code Conv}
     * @param inputs names of the input values; empty for an optional input that is omitted
     * @param outputs names of the output values; empty for an optional output that is omitted
     */
    public static Node of(String name, String opType, List<String> inputs, List<String> outputs) {
        return new Node(name, "", opType, inputs, outputs, Map.of(), Origin.NONE);
    }

    /**
     * {@return whether this node has a given operator of ONNX's own domain}
     *
     * @param operator type of the operator, such as {@code Conv}
     */
    public boolean is(String operator) {
        return domain.isEmpty() && opType.equals(operator);
    }

    /**
     * {@return the name of an input value; empty if the input is omitted}
     *
     * @param index position of the input, from 0
     */
    public Optional<String> input(int index) {
        return index < inputs.size() && !inputs.get(index).isEmpty()
                ? Optional.of(inputs.get(index))
                : Optional.empty();
    }

    /**
     * {@return the name of an output value; empty if the output is omitted}
     *
     * @param index position of the output, from 0
     */
    public Optional<String> output(int index) {
        return index < outputs.size() && !outputs.get(index).isEmpty()
                ? Optional.of(outputs.get(index))
                : Optional.empty();
    }

    /**
     * {@return an attribute of any kind; empty if the node does not have it}
     *
     * @param attributeName name of the attribute
     */
    public Optional<Attribute> attribute(String attributeName) {
        return Optional.ofNullable(attributes.get(attributeName));
    }

    /**
     * {@return the value of an integer attribute}
     *
     * @param attributeName name of the attribute
     * @param ifAbsent value if the node does not have the attribute
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public long intAttribute(String attributeName, long ifAbsent) {
        return attribute(attributeName, Attribute.Int.class)
                .map(Attribute.Int::value)
                .orElse(ifAbsent);
    }

    /**
     * {@return the value of a float32 attribute}
     *
     * @param attributeName name of the attribute
     * @param ifAbsent value if the node does not have the attribute
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public float floatAttribute(String attributeName, float ifAbsent) {
        return attribute(attributeName, Attribute.Float.class)
                .map(Attribute.Float::value)
                .orElse(ifAbsent);
    }

    /**
     * {@return the value of a string attribute}
     *
     * @param attributeName name of the attribute
     * @param ifAbsent value if the node does not have the attribute
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public String stringAttribute(String attributeName, String ifAbsent) {
        return attribute(attributeName, Attribute.Str.class)
                .map(Attribute.Str::value)
                .orElse(ifAbsent);
    }

    /**
     * {@return the values of an attribute with a list of integers; empty if the node does not have it}
     *
     * @param attributeName name of the attribute
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public Optional<long[]> ints(String attributeName) {
        return attribute(attributeName, Attribute.Ints.class).map(Attribute.Ints::toArray);
    }

    /**
     * {@return the values of an attribute with a list of float32 numbers; empty if the node does not have it}
     *
     * @param attributeName name of the attribute
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public Optional<float[]> floats(String attributeName) {
        return attribute(attributeName, Attribute.Floats.class).map(Attribute.Floats::toArray);
    }

    /**
     * {@return the value of a tensor attribute; empty if the node does not have it}
     *
     * @param attributeName name of the attribute
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public Optional<Tensor> tensor(String attributeName) {
        return attribute(attributeName, Attribute.TensorValue.class).map(Attribute.TensorValue::value);
    }

    /**
     * {@return an attribute of one kind; empty if the node does not have it}
     *
     * @param attributeName name of the attribute
     * @param kind record that its value must have
     * @param <A> record that its value must have
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public <A extends Attribute> Optional<A> attribute(String attributeName, Class<A> kind) {
        Attribute value = attributes.get(attributeName);
        if (value != null && !kind.isInstance(value)) {
            throw new IllegalArgumentException(describe() + ": attribute " + attributeName + " must be "
                    + kind.getSimpleName() + ", it is " + value.getClass().getSimpleName());
        }
        return Optional.ofNullable(value).map(kind::cast);
    }

    /**
     * {@return a copy of this node with another name}
     *
     * @param newName descriptive name; may be empty
     */
    public Node withName(String newName) {
        return new Node(newName, domain, opType, inputs, outputs, attributes, origin);
    }

    /**
     * {@return a copy of this node with other inputs}
     *
     * @param newInputs names of the input values; empty for an optional input that is omitted
     */
    public Node withInputs(List<String> newInputs) {
        return new Node(name, domain, opType, newInputs, outputs, attributes, origin);
    }

    /**
     * {@return a copy of this node with other outputs}
     *
     * @param newOutputs names of the output values; empty for an optional output that is omitted
     */
    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, domain, opType, inputs, newOutputs, attributes, origin);
    }

    /**
     * {@return a copy of this node with one attribute added or replaced}
     *
     * @param attributeName name of the attribute
     * @param value value of the attribute
     */
    public Node with(String attributeName, Attribute value) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.put(attributeName, value);
        return withAttributes(changed);
    }

    /**
     * {@return a copy of this node without an attribute}
     *
     * @param attributeName name of the attribute; it may be absent
     */
    public Node without(String attributeName) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.remove(attributeName);
        return withAttributes(changed);
    }

    /**
     * {@return a copy of this node with all attributes replaced}
     *
     * @param newAttributes attributes by name
     */
    public Node withAttributes(Map<String, Attribute> newAttributes) {
        return new Node(name, domain, opType, inputs, outputs, newAttributes, origin);
    }

    /**
     * {@return a description for error messages, such as {@code node conv1 (Conv)}} A node without a name is described
     * by its first output.
     */
    public String describe() {
        return "node " + displayName() + " (" + qualifiedOp() + ")";
    }

    /**
     * {@return a description for error messages with the opset, such as {@code node conv1 (Conv, opset 13)}}
     *
     * @param opset version of the operator set
     */
    public String describe(long opset) {
        return "node " + displayName() + " (" + qualifiedOp() + ", opset " + opset + ")";
    }

    private String displayName() {
        if (!name.isEmpty()) {
            return name;
        }
        return outputs.stream()
                .filter(o -> !o.isEmpty())
                .findFirst()
                .map(o -> "of " + o)
                .orElse("without name");
    }

    private String qualifiedOp() {
        return domain.isEmpty() ? opType : domain + "." + opType;
    }
}
