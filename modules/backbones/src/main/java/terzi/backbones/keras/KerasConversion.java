package terzi.backbones.keras;

import java.util.List;
import terzi.onnx.Model;

/**
 * A converted network.
 *
 * @param name that Keras knows it by
 * @param format what the file was, for people: {@code TensorFlow.js layers model, Keras 2.2.4-tf}
 * @param network float32 input {@code input} {@code [N,C,H,W]}, output {@code logits} {@code [N,K]} before softmax, and output
 *     {@code features} {@code [N,F]}, what the last layer with weights takes, where the network ends in such a layer
 * @param layers how many layers Keras counts
 * @param inputShape of one image as the file says: {@code [H,W,C]}, with 0 for what it leaves free
 * @param remarks what a user should know about the result, a sentence each
 */
public record KerasConversion(
        String name, String format, Model network, int layers, List<Integer> inputShape, List<String> remarks) {
    public KerasConversion {
        inputShape = List.copyOf(inputShape);
        remarks = List.copyOf(remarks);
    }
}
