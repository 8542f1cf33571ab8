package terzi.onnx.rewrite;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The classification head of a network: the last layer with weights and all that follows it.
 *
 * @param kind what the head is made of
 * @param takes the value that the head takes, and a new head will take
 * @param rank 2 when that value is {@code [N, F]}, 4 when it is {@code [N, F, h, w]}; a new head then begins with the mean over h and w
 * @param width F
 * @param classes how many classes the head tells apart, when known
 * @param nodes names of the nodes that belong to it, first to last
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

    /** What a head is made of. */
    public enum Kind {
        /** A Gemm, or a MatMul with or without Add. */
        DENSE,
        /** A 1x1 convolution whose result is averaged over the image. */
        CONVOLUTION,
        /** Whatever follows a value that the caller chose. */
        CHOSEN
    }

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

    /** One line for people: {@code dense head fc -> softmax, takes pool [N,2048], 1000 classes}. */
    public String describe() {
        return kind.name().toLowerCase(Locale.ROOT) + " head " + String.join(" -> ", nodes) + ", takes " + takes
                + (rank == 2 ? " [N," + width + "]" : " [N," + width + ",h,w]")
                + (classes.isPresent() ? ", " + classes.getAsLong() + " classes" : "");
    }
}
