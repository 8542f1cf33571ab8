package terzi.backbones.keras;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One use of a layer.
 *
 * @param node number of the call; 0 unless the layer is shared
 */
record KerasCall(KerasLayer layer, int node, List<Argument> arguments) {
    KerasCall {
        arguments = List.copyOf(arguments);
    }

    /**
     * What a call is given: the result of another call, or a constant for layers that are mere arithmetic.
     *
     * @param constant a number or a list of numbers; missing for a value
     */
    record Argument(Optional<ValueRef> value, JsonNode constant) {}

    List<ValueRef> values() {
        return arguments.stream().flatMap(a -> a.value().stream()).toList();
    }
}
