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
 * @param name for people; may be empty
 * @param domain the operator's domain; empty for ONNX's own operators
 * @param opType the operator, such as {@code Conv}
 * @param inputs names of values; an empty name is an optional input that is not given
 * @param outputs names of the values it makes; an empty name is an output nobody needs
 * @param attributes by name, in the order of the file
 * @param origin what else the file said
 */
public record Node(
        String name,
        String domain,
        String opType,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes,
        Origin origin) {
    public Node {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(opType, "opType");
        domain = domain.equals("ai.onnx") ? "" : domain;
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        Objects.requireNonNull(origin, "origin");
    }

    /** A new node of ONNX's own domain without attributes; add them with {@link #with}. */
    public static Node of(String name, String opType, List<String> inputs, List<String> outputs) {
        return new Node(name, "", opType, inputs, outputs, Map.of(), Origin.NONE);
    }

    /** Whether this is the operator {@code opType} of ONNX's own domain. */
    public boolean is(String operator) {
        return domain.isEmpty() && opType.equals(operator);
    }

    /** The name of input {@code index}, or empty when it is not given. */
    public Optional<String> input(int index) {
        return index < inputs.size() && !inputs.get(index).isEmpty()
                ? Optional.of(inputs.get(index))
                : Optional.empty();
    }

    /** The name of output {@code index}, or empty when it is not given. */
    public Optional<String> output(int index) {
        return index < outputs.size() && !outputs.get(index).isEmpty()
                ? Optional.of(outputs.get(index))
                : Optional.empty();
    }

    /** An attribute of any kind. */
    public Optional<Attribute> attribute(String attributeName) {
        return Optional.ofNullable(attributes.get(attributeName));
    }

    /**
     * A whole-number attribute, or {@code ifAbsent}.
     *
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public long intAttribute(String attributeName, long ifAbsent) {
        return attribute(attributeName, Attribute.Int.class)
                .map(Attribute.Int::value)
                .orElse(ifAbsent);
    }

    /**
     * A float attribute, or {@code ifAbsent}.
     *
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public float floatAttribute(String attributeName, float ifAbsent) {
        return attribute(attributeName, Attribute.Float.class)
                .map(Attribute.Float::value)
                .orElse(ifAbsent);
    }

    /**
     * A string attribute, or {@code ifAbsent}.
     *
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public String stringAttribute(String attributeName, String ifAbsent) {
        return attribute(attributeName, Attribute.Str.class)
                .map(Attribute.Str::value)
                .orElse(ifAbsent);
    }

    /**
     * A list of whole numbers.
     *
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public Optional<long[]> ints(String attributeName) {
        return attribute(attributeName, Attribute.Ints.class).map(Attribute.Ints::toArray);
    }

    /**
     * A list of floats.
     *
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public Optional<float[]> floats(String attributeName) {
        return attribute(attributeName, Attribute.Floats.class).map(Attribute.Floats::toArray);
    }

    /**
     * A tensor attribute.
     *
     * @throws IllegalArgumentException if the attribute is of another kind
     */
    public Optional<Tensor> tensor(String attributeName) {
        return attribute(attributeName, Attribute.TensorValue.class).map(Attribute.TensorValue::value);
    }

    /**
     * An attribute that must be of one kind if it is there.
     *
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

    /** The same node under another name. */
    public Node withName(String newName) {
        return new Node(newName, domain, opType, inputs, outputs, attributes, origin);
    }

    /** The same node reading other values. */
    public Node withInputs(List<String> newInputs) {
        return new Node(name, domain, opType, newInputs, outputs, attributes, origin);
    }

    /** The same node making values of other names. */
    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, domain, opType, inputs, newOutputs, attributes, origin);
    }

    /** The same node with an attribute added or replaced. */
    public Node with(String attributeName, Attribute value) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.put(attributeName, value);
        return withAttributes(changed);
    }

    /** The same node without an attribute. */
    public Node without(String attributeName) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.remove(attributeName);
        return withAttributes(changed);
    }

    /** The same node with other attributes. */
    public Node withAttributes(Map<String, Attribute> newAttributes) {
        return new Node(name, domain, opType, inputs, outputs, newAttributes, origin);
    }

    /** How error messages call it: {@code node conv1 (Conv)}; a node without a name goes by its first output. */
    public String describe() {
        return "node " + displayName() + " (" + qualifiedOp() + ")";
    }

    /** How error messages call it when the opset is known: {@code node conv1 (Conv, opset 13)}. */
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
