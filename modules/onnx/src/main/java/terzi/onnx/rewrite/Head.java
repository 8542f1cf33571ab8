package terzi.onnx.rewrite;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The classification head of a network: the last layer with weights and all nodes behind it.
 *
 * @param kind structure of the head
 * @param takes name of the input value of the head, which is also that of a new head
 * @param rank 2 if the input is {@code [N, F]}, 4 if it is {@code [N, F, h, w]}; a new head then begins with the mean
 *     over h and w
 * @param width number of features F, at least 1
 * @param classes number of classes; empty if it is not known
 * @param nodes names of the nodes of the head, first to last
 * @param weight the weight of a head that is one linear layer, {@code logits = takes * weight + bias}; empty for convolutions, and if
 *     a scale, a softmax or another computation is part of the head
 */
public record Head(
        Kind kind,
        String takes,
        int rank,
        int width,
        OptionalLong classes,
        List<String> nodes,
        Optional<Weight> weight) {

    /**
     * The weight of a linear layer with F features and K classes.
     *
     * @param value name of a value of two axes
     * @param classesFirst whether it is {@code [K, F]} rather than {@code [F, K]}
     */
    public record Weight(String value, boolean classesFirst) {}

    /** The structure of a head. */
    public enum Kind {
        /** A Gemm, or a MatMul with or without Add. */
        DENSE,
        /** A 1x1 convolution whose result is averaged over the image. */
        CONVOLUTION,
        /** All nodes behind a value that the caller chose. */
        CHOSEN
    }

    /**
     * Creates a head from a copy of the node names.
     *
     * @param kind structure of the head
     * @param takes name of the input value of the head, which is also that of a new head
     * @param rank 2 if the input is {@code [N, F]}, 4 if it is {@code [N, F, h, w]}; a new head then begins with the
     *     mean over h and w
     * @param width number of features F, at least 1
     * @param classes number of classes; empty if it is not known
     * @param nodes names of the nodes of the head, first to last
     * @param weight the weight of a head that is one linear layer, {@code logits = takes * weight + bias}; empty for
     *     convolutions, and if a scale, a softmax or another computation is part of the head
     * @throws IllegalArgumentException if {@code rank} is neither 2 nor 4, or {@code width} is below 1
     */
    public Head {
        nodes = List.copyOf(nodes);
        if (rank != 2 && rank != 4) {
            throw new IllegalArgumentException(
                    "head at " + takes + ": takes [N,F] or [N,F,h,w], not " + rank + " axes");
        }
        if (width < 1) {
            throw new IllegalArgumentException(
                    "head at " + takes + ": the number of features must be positive, not " + width);
        }
    }

    /** {@return a one-line description, such as {@code dense head fc -> softmax, takes pool [N,2048], 1000 classes}} */
    public String describe() {
        return kind.name().toLowerCase(Locale.ROOT) + " head " + String.join(" -> ", nodes) + ", takes " + takes
                + (rank == 2 ? " [N," + width + "]" : " [N," + width + ",h,w]")
                + (classes.isPresent() ? ", " + classes.getAsLong() + " classes" : "");
    }
}
