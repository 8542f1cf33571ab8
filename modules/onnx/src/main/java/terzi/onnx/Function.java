package terzi.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A function of a model: an operator defined by other operators.
 *
 * @param domain the domain of the operator it defines
 * @param name the operator it defines
 * @param inputs names of its parameters
 * @param outputs names of its results
 * @param attributes names of the attributes a call may give; defaults are kept with the origin
 * @param nodes its body in topological order
 * @param opsets opset versions by domain that the body is written against
 * @param origin what else the file said
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
