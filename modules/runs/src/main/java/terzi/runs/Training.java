package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import terzi.training.run.Cancellation;

/**
 * A request to train the network of a recipe, export it as one classifier file, and measure that file.
 *
 * @param model a recipe file, or a folder with a {@code recipe.yaml}
 * @param data what to train on instead of the recipe's data: the name of a dataset, a folder or a CSV list
 * @param overrides values of the recipe by dotted key, such as {@code training.epochs}
 * @param measurement the part that is measured at the end
 * @param target where the run folder goes
 * @param execution how the run is carried out
 */
public record Training(
        Path model,
        Optional<String> data,
        Map<String, String> overrides,
        FinalMeasurement measurement,
        RunTarget target,
        Execution execution)
        implements Run<Trained> {

    /**
     * Checks and copies the components.
     *
     * @param model a recipe file, or a folder with a {@code recipe.yaml}
     * @param data what to train on instead of the recipe's data: the name of a dataset, a folder or a CSV list
     * @param overrides values of the recipe by dotted key, such as {@code training.epochs}
     * @param measurement the part that is measured at the end
     * @param target where the run folder goes
     * @param execution how the run is carried out
     */
    public Training {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /**
     * {@return a request to train a recipe as it is, and to measure on its test images}
     *
     * @param model a recipe file, or a folder with a {@code recipe.yaml}
     */
    public static Training of(Path model) {
        return new Training(
                model, Optional.empty(), Map.of(), FinalMeasurement.TEST, RunTarget.defaults(), Execution.defaults());
    }

    /**
     * {@return the same on other data}
     *
     * @param source what to train on instead of the recipe's data: the name of a dataset, a folder or a CSV list
     */
    public Training withData(String source) {
        return new Training(model, Optional.of(source), overrides, measurement, target, execution);
    }

    /**
     * {@return the same with one more value of the recipe changed}
     *
     * @param key dotted name in the recipe, such as {@code training.epochs}
     * @param value as it would stand in the recipe
     */
    public Training with(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(overrides);
        changed.put(key, value);
        return new Training(model, data, changed, measurement, target, execution);
    }

    /**
     * {@return the same with another random seed}
     *
     * @param seed the random seed of every choice
     */
    public Training withSeed(long seed) {
        return with("training.seed", Long.toString(seed));
    }

    /**
     * {@return the same with another last epoch}
     *
     * @param epochs the last epoch, 1 or more
     */
    public Training withEpochs(int epochs) {
        return with(TrainingRun.EPOCHS, Integer.toString(epochs));
    }

    /**
     * {@return the same measured on another part}
     *
     * @param part the part that is measured at the end
     */
    public Training withMeasurement(FinalMeasurement part) {
        return new Training(model, data, overrides, part, target, execution);
    }

    /**
     * {@return the same in another place}
     *
     * @param chosen where the run folder goes
     */
    public Training withTarget(RunTarget chosen) {
        return new Training(model, data, overrides, measurement, chosen, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public Training withExecution(Execution chosen) {
        return new Training(model, data, overrides, measurement, target, chosen);
    }

    /**
     * {@return the same ended early by a cancellation}
     *
     * @param cancellation ends the run early
     */
    public Training withCancellation(Cancellation cancellation) {
        return withExecution(execution.withCancellation(cancellation));
    }

    @Override
    public Trained run(RunListener listener) throws IOException {
        return TrainingRun.start(this, new RunLog(listener, execution));
    }
}
