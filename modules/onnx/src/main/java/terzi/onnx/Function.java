package terzi.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A function of a model: an operator defined by other operators.
 *
 * @param domain domain of the operator
 * @param name type of the operator
 * @param inputs names of the parameters
 * @param outputs names of the results
 * @param attributes names of the attributes that a call may set; their defaults stay in the origin
 * @param nodes the body, in topological order
 * @param opsets opset versions of the body by domain
 * @param origin fields of the file that this record does not model
 */
public record Function(
        String domain,
        String name,
        List<String> inputs,
        List<String> outputs,
        List<String> attributes,
        List<Node> nodes,
        Map<String, Long> opsets,
        Origin origin) {
    /**
     * Creates a function from copies of the collections.
     *
     * @param domain domain of the operator
     * @param name type of the operator
     * @param inputs names of the parameters
     * @param outputs names of the results
     * @param attributes names of the attributes that a call may set
     * @param nodes the body, in topological order
     * @param opsets opset versions of the body by domain
     * @param origin fields of the file that this record does not model
     */
    public Function {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(name, "name");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
        nodes = List.copyOf(nodes);
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        Objects.requireNonNull(origin, "origin");
    }
}
