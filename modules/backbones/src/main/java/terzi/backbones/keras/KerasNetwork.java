package terzi.backbones.keras;

import java.util.List;

/**
 * A network as the file describes it.
 *
 * @param calls in the order of the file, which need not be that of computation
 * @param inputs results of InputLayer calls
 */
record KerasNetwork(String name, List<KerasCall> calls, List<ValueRef> inputs, List<ValueRef> outputs) {
    KerasNetwork {
        calls = List.copyOf(calls);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
