package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import terzi.onnx.Model;

/** What the first stage fits to features, to take the place of the network's own head. */
sealed interface FittedHead permits LinearHead, DiscriminantHead, KernelHead {
    /**
     * @param features {@code [N][F]}, F at least {@link #width}
     * @return logits {@code [N][K]}
     */
    float[][] logits(NDManager manager, float[][] features);

    /** How many features it takes; of longer rows the first ones. */
    int width();

    /**
     * The head with other logits: {@code map} of these.
     *
     * @param map takes {@code [K]} logits as features
     */
    FittedHead mapped(LinearHead map);

    /** How many numbers the fit chose: weights and biases. */
    long values();

    /**
     * The network with this head.
     *
     * @param network ends in a Gemm that makes the logits of the features
     */
    Model on(Model network);
}
