package terzi.backbones.keras;

import java.util.List;
import terzi.onnx.Model;

/**
 * A converted network.
 *
 * @param name name of the network in Keras
 * @param format format of the file in words, such as {@code TensorFlow.js layers model, Keras 2.2.4-tf}
 * @param network network with the float32 input {@code input} {@code [N, C, H, W]}; the output {@code logits}
 *     {@code [N, K]} before softmax; and, if the network ends in a layer with weights, the output {@code features}
 *     {@code [N, F]}, the input of that layer
 * @param layers number of layers as Keras counts them
 * @param inputShape shape {@code [H, W, C]} of one image as declared in the file; 0 for a size that is not fixed
 * @param remarks notes about the result for the user, one sentence each
 */
public record KerasConversion(
        String name, String format, Model network, int layers, List<Integer> inputShape, List<String> remarks) {
    /**
     * Creates a result from copies of the lists.
     *
     * @param name name of the network in Keras
     * @param format format of the file in words
     * @param network the network in ONNX
     * @param layers number of layers as Keras counts them
     * @param inputShape shape {@code [H, W, C]} of one image, 0 for a size that is not fixed
     * @param remarks notes about the result for the user, one sentence each
     */
    public KerasConversion {
        inputShape = List.copyOf(inputShape);
        remarks = List.copyOf(remarks);
    }
}
