package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import terzi.onnx.Function;
import terzi.onnx.Model;
import terzi.onnx.Tensor;

/**
 * Checks models against the ONNX specification.
 *
 * <p>In every subgraph and function, values have unique names and are produced before they are used. Operators exist in
 * the opset and have the inputs, outputs and attributes that it requires. The opsets and the version of the file format
 * are known. Inferred types and shapes agree with each other and with the declared ones. The size of tensor data needs
 * no check, since a {@link Tensor} always fits its shape.
 */
public final class ModelChecker {
    private ModelChecker() {}

    /**
     * Checks a model.
     *
     * @param model the model
     * @throws InvalidModelException if the model is not valid; it lists all problems, each with its node
     */
    public static void check(Model model) {
        List<String> problems = problems(model);
        if (!problems.isEmpty()) {
            throw new InvalidModelException(problems);
        }
    }

    /** All problems of a model, each one sentence; empty when it is valid. */
    static List<String> problems(Model model) {
        Set<String> problems = new LinkedHashSet<>();
        checkVersions(model, problems);
        Set<String> own = new HashSet<>();
        for (Function function : model.functions()) {
            if (!own.add(operator(function.domain(), function.name()))) {
                problems.add("function " + function.name() + " of domain \"" + function.domain()
                        + "\" is defined twice; keep one");
            }
        }
        for (Function function : model.functions()) {
            new GraphChecker(new GraphChecker.Context(function.opsets(), model.irVersion(), own), problems::add)
                    .check(function);
        }
        new GraphChecker(new GraphChecker.Context(model.opsets(), model.irVersion(), own), problems::add)
                .check(model.graph());
        if (model.opset() >= 1 && model.opset() <= Model.NEWEST_OPSET) {
            Inference.run(model, problems::add);
        }
        return new ArrayList<>(problems);
    }

    static String operator(String domain, String opType) {
        return (domain.equals("ai.onnx") ? "" : domain) + ":" + opType;
    }

    private static void checkVersions(Model model, Set<String> problems) {
        if (model.irVersion() < 1 || model.irVersion() > Model.NEWEST_IR_VERSION) {
            problems.add("the file format is IR version " + model.irVersion() + ", known are 1 to "
                    + Model.NEWEST_IR_VERSION);
        }
        if (model.opsets().isEmpty() && model.irVersion() >= 3) {
            problems.add("the model imports no operator set; it must say which opset its nodes are of");
        }
        model.opsets().forEach((domain, version) -> {
            if (version < 1) {
                problems.add("the operator set of domain \"" + domain + "\" has the version " + version
                        + "; versions start at 1");
            } else if (domain.isEmpty() && version > Model.NEWEST_OPSET) {
                problems.add("the model is of opset " + version + ", the newest known is " + Model.NEWEST_OPSET
                        + "; export it with an older one");
            }
        });
    }
}
