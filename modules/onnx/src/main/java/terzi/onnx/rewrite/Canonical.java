package terzi.onnx.rewrite;

import terzi.onnx.Model;

/**
 * Writes a network of any exporter in the one form that training and the classifier file work on: constants are initializers, the
 * batch axis is free, only images go through batch normalisation, and the opset is new enough.
 */
public final class Canonical {
    private Canonical() {}

    /**
     * The network in that form.
     *
     * @param opset as for {@link RaiseOpset#apply}
     * @throws IllegalArgumentException if it is too old or has an operator that cannot be raised; the message names the node
     */
    public static Model apply(Model network, long opset) {
        return RaiseOpset.apply(ExpandBatchNorm.apply(FreeBatch.apply(LiftConstants.apply(network))), opset);
    }
}
