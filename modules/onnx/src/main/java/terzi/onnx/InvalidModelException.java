package terzi.onnx;

import java.util.List;

/** A model breaks the rules of ONNX; {@link #problems()} lists everything that was found. */
public final class InvalidModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf gives a serializable list
    private final List<String> problems;

    InvalidModelException(List<String> problems) {
        super("the model is not valid ONNX: "
                + (problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " problems:\n  " + String.join("\n  ", problems)));
        this.problems = List.copyOf(problems);
    }

    /** One sentence for each problem, in the order of the graph. */
    public List<String> problems() {
        return problems;
    }
}
