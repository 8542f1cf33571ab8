package terzi.training.run;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import terzi.data.augment.BatchMix;
import terzi.training.torchscript.ScriptModule;

/**
 * An argument of the TorchScript method {@code step}: its name in lower case, its type there, and where its value comes
 * from. The method's text and every call are made from this list, so a further argument is one further line here.
 */
enum StepArgument {
    DATA("Tensor", step -> step.batch().images().pixels()),
    LABELS("Tensor", step -> step.batch().images().labels()),
    TAUGHT("Tensor", step -> step.batch().taught()),
    ORDER("Tensor", step -> step.batch().order()),
    MEAN("Tensor", step -> step.learner().mean),
    STD("Tensor", step -> step.learner().std),
    WEIGHTS("Tensor", step -> step.learner().classWeights),
    TOTALS("Tensor", step -> step.learner().totals),
    PARTNER("Tensor", step -> step.partner()),
    /** Parameters. */
    P("List[Tensor]", step -> step.learner().parameters),
    /** Buffers. */
    B("List[Tensor]", step -> step.learner().buffers),
    /** State of the optimizer. */
    S("List[Tensor]", step -> step.learner().optimizerState),
    /** Exponential moving average of parameters and buffers. */
    E("List[Tensor]", step -> step.learner().average),
    START("int", step -> step.batch().start()),
    END("int", step -> step.batch().end()),
    SEED("int", step -> step.seed()),
    NUMBER("int", step -> step.number()),
    LEFT("int", step -> step.mix().box().left()),
    TOP("int", step -> step.mix().box().top()),
    RIGHT("int", step -> step.mix().box().right()),
    BOTTOM("int", step -> step.mix().box().bottom()),
    SHARE("float", step -> step.mix().share()),
    RENEWAL("float", step -> step.renewal()),
    K0("float", step -> step.k()[0]),
    K1("float", step -> step.k()[1]),
    K2("float", step -> step.k()[2]),
    K3("float", step -> step.k()[3]);

    private final String type;

    @SuppressWarnings("ImmutableEnumChecker") // no function keeps anything
    private final Function<Step, Object> value;

    StepArgument(String type, Function<Step, Object> value) {
        this.type = type;
        this.value = value;
    }

    /**
     * One step.
     *
     * @param mix how the images are mixed
     * @param partner {@code [n]} the image that each is mixed with, empty where nothing is mixed
     * @param seed of dropout
     * @param number of the step in the whole run, from 1
     * @param renewal share of the new weights in the moving average
     * @param k coefficients of the optimizer, as {@link OptimizerKernel#coefficients} returns them
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Step(
            Learner learner,
            Learner.Batch batch,
            BatchMix.Mix mix,
            NDArray partner,
            long seed,
            long number,
            double renewal,
            double[] k) {}

    /** The arguments in the head of the method. */
    static String declared() {
        return Arrays.stream(values())
                .map(each -> each.name().toLowerCase(Locale.ROOT) + ": " + each.type)
                .collect(Collectors.joining(", "));
    }

    /** The arguments of a call, as {@link ScriptModule#call} takes them. */
    static Object[] of(Step step) {
        return Arrays.stream(values()).map(each -> each.value.apply(step)).toArray();
    }
}
