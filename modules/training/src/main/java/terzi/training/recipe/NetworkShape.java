package terzi.training.recipe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.images.Preprocessing;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;

/**
 * The check that a network takes the images and tells the classes apart, as far as its graph says. Public for {@code
 * terzi.training.run}; not meant for applications.
 */
public final class NetworkShape {
    private NetworkShape() {}

    /**
     * Compares the network with its images and classes.
     *
     * @param network the network
     * @param preprocessing gives the size of the images
     * @param labels the classes
     * @throws IllegalArgumentException if they do not fit together
     */
    public static void check(Model network, Preprocessing preprocessing, List<String> labels) {
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
                        + ", but the recipe's images are [N, " + wanted[0] + ", " + wanted[1] + ", " + wanted[2]
                        + "]; change the recipe's input");
            }
        }
        checkClasses(network, labels.size());
    }

    /**
     * Compares the network's first output with the number of classes.
     *
     * @param network the network
     * @param classes how many there are
     * @throws IllegalArgumentException if the output is known to have another number
     */
    public static void checkClasses(Model network, int classes) {
        Optional<Long> logits = network.graph().outputs().stream()
                .findFirst()
                .flatMap(ValueInfo::tensorType)
                .flatMap(TensorType::shape)
                .filter(shape -> shape.size() == 2 && shape.get(1) instanceof Dim.Fixed)
                .map(shape -> ((Dim.Fixed) shape.get(1)).size());
        if (logits.isPresent() && logits.get() != classes) {
            throw new IllegalArgumentException("network " + network.graph().name() + ": it has " + logits.get()
                    + " outputs, but the dataset has " + classes
                    + " classes; give the last layer that many units");
        }
    }

    /**
     * Refuses batches in which a batch normalisation has one value for each channel: their variance is 0, and the running one,
     * divided by n - 1, is not a number.
     *
     * @param network the network
     * @param input gives the size of the images
     * @param batch images in the smallest batch
     * @throws IllegalArgumentException if there is one, as far as the graph says
     */
    public static void checkVariance(Model network, Preprocessing input, int batch) {
        if (batch > 1) {
            return;
        }
        Graph graph = network.graph();
        ValueInfo images = graph.trueInputs().get(0);
        List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
        inputs.set(
                inputs.indexOf(images),
                images.withType(
                        TensorType.of(DataType.FLOAT, 1, input.channels().count(), input.height(), input.width())));
        Map<String, TensorType> types =
                ShapeInference.infer(network.withGraph(graph.withInputs(inputs).withValues(List.of())));
        for (Node node : graph.nodes()) {
            if (!node.opType().equals("BatchNormalization")) {
                continue;
            }
            Optional<long[]> shape =
                    Optional.ofNullable(types.get(node.inputs().get(0))).flatMap(TensorType::fixedShape);
            if (shape.isPresent() && Arrays.stream(shape.get()).skip(2).allMatch(size -> size == 1)) {
                throw new IllegalArgumentException("network " + graph.name() + ": the batch normalisation '"
                        + (node.name().isEmpty() ? node.outputs().get(0) : node.name())
                        + "' has a single value for each channel in a batch of 1 image, found "
                        + Arrays.toString(shape.get())
                        + ", and one value has no variance; set training.batch_size to at least 2, and train on at"
                        + " least 2 images");
            }
        }
    }
}
