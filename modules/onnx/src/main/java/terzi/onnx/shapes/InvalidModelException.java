package terzi.onnx.shapes;

import java.util.List;

/** Thrown when a model violates the ONNX specification; {@link #problems()} lists all violations. */
public final class InvalidModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** The problems, in the order of the graph. */
    @SuppressWarnings("serial") // List.copyOf gives a serializable list
    private final List<String> problems;

    InvalidModelException(List<String> problems) {
        super("the model is not valid ONNX: "
                + (problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " problems:\n  " + String.join("\n  ", problems)));
        this.problems = List.copyOf(problems);
    }

    /** {@return one message for each problem, in the order of the graph} */
    public List<String> problems() {
        return problems;
    }
}
