package terzi.backbones;

import java.util.List;
import terzi.images.Preprocessing;
import terzi.onnx.Model;

/**
 * A pretrained network, ready for fine-tuning.
 *
 * @param network network with the float32 input {@code input} {@code [N, C, H, W]}, H and W symbolic if the layers
 *     allow it; the output {@code logits} {@code [N, K]} before softmax; and, if the network ends in a layer with
 *     weights, the output {@code features} {@code [N, F]}, the input of that layer
 * @param preprocessing conversion of an image to the input
 * @param labels labels of the K classes, in the order of the logits; empty if they are not known
 * @param card description and provenance
 */
public record Backbone(Model network, Preprocessing preprocessing, List<String> labels, BackboneCard card) {
    /**
     * Creates a backbone from a copy of the labels.
     *
     * @param network network with the input {@code input} and the outputs {@code logits} and {@code features}
     * @param preprocessing conversion of an image to the input
     * @param labels labels of the K classes, in the order of the logits
     * @param card description and provenance
     */
    public Backbone {
        labels = List.copyOf(labels);
    }
}
