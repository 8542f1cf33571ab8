package terzi.training;

import java.util.List;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.vision.Preprocessing;

/** Whether a network takes these pictures and tells these classes apart, as far as its graph says. */
final class NetworkShape {
    private NetworkShape() {}

    /** @throws IllegalArgumentException if it does not */
    static void check(Model network, Preprocessing preprocessing, List<String> labels) {
        List<ValueInfo> inputs = network.graph().trueInputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("network " + network.graph().name()
                    + ": expected one input [N, C, H, W], found " + inputs.size() + ": "
                    + inputs.stream().map(ValueInfo::name).toList());
        }
        TensorType input = inputs.get(0)
                .tensorType()
                .filter(type -> type.elementType() == DataType.FLOAT)
                .orElseThrow(() -> new IllegalArgumentException("network "
                        + network.graph().name() + ": input " + inputs.get(0).name() + " must be float32, it is "
                        + inputs.get(0).type()));
        int[] wanted = {preprocessing.channels().count(), preprocessing.height(), preprocessing.width()};
        List<Dim> dims = input.shape().orElse(List.of());
        for (int i = 0; i < wanted.length && dims.size() == 4; i++) {
            if (dims.get(i + 1) instanceof Dim.Fixed fixed && fixed.size() != wanted[i]) {
                throw new IllegalArgumentException("network " + network.graph().name() + ": its input is " + input
                        + ", but the recipe's pictures are [N, " + wanted[0] + ", " + wanted[1] + ", " + wanted[2]
                        + "]; change the recipe's input");
            }
        }
        checkClasses(network, labels.size());
    }

    /** @throws IllegalArgumentException if the network's first output is known to have another number of classes */
    static void checkClasses(Model network, int classes) {
        Optional<Long> logits = network.graph().outputs().stream()
                .findFirst()
                .flatMap(ValueInfo::tensorType)
                .flatMap(TensorType::shape)
                .filter(shape -> shape.size() == 2 && shape.get(1) instanceof Dim.Fixed)
                .map(shape -> ((Dim.Fixed) shape.get(1)).size());
        if (logits.isPresent() && logits.get() != classes) {
            throw new IllegalArgumentException("network " + network.graph().name() + ": it has " + logits.get()
                    + " outputs, but the data set has " + classes
                    + " classes; give the last layer that many units");
        }
    }
}
