package terzi.onnx.rewrite;

import terzi.onnx.Model;

/**
 * Brings the network of any exporter into the form that training and the classifier file expect: constants are
 * initializers, the batch axis is symbolic, what is computed from the sizes of an image is constant, batch normalisation
 * applies to images only and not to weights, and the opset is new enough.
 */
public final class Canonical {
    private Canonical() {}

    /**
     * {@return the network in canonical form}
     *
     * <p>A fixed batch size is removed from the types of input and output, from the shapes of {@code Reshape} nodes,
     * and from constants that are concatenated with one image, such as the class token of a transformer. If the number
     * occurs elsewhere, the outputs for several images may be wrong: compare them with those for one image.
     *
     * @param network a network of opset 7 or newer
     * @param opset the opset to reach, up to 18; a newer network keeps its own
     * @throws IllegalArgumentException if the network is too old, has an operator that cannot be raised, or an output
     *     keeps a fixed batch size; the message names the node or output
     */
    public static Model apply(Model network, long opset) {
        return RaiseOpset.apply(ExpandBatchNorm.apply(SettleShapes.apply(network)), opset);
    }
}
