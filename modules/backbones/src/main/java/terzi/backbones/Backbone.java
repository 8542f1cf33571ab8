package terzi.backbones;

import java.util.List;
import terzi.images.Preprocessing;
import terzi.onnx.Model;

/**
 * A pretrained network, ready to be fitted to other labels.
 *
 * @param network float32 input {@code input} {@code [N,C,H,W]}, H and W free where the layers allow it; output {@code logits}
 *     {@code [N,K]} before softmax; output {@code features} {@code [N,F]}, what the last layer with weights takes. A bare ONNX file
 *     keeps the names and outputs it has
 * @param preprocessing how an image becomes its input
 * @param labels of its K classes
 * @param card what is known about it
 */
public record Backbone(Model network, Preprocessing preprocessing, List<String> labels, BackboneCard card) {
    public Backbone {
        labels = List.copyOf(labels);
    }
}
