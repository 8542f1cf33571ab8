/**
 * Recipes: the options of trainings and fine-tunings, and the YAML files that hold them. Nothing here starts an engine.
 *
 * <p>Begin with {@link terzi.training.recipe.Recipe} for a new network and {@link
 * terzi.training.recipe.FineTuningRecipe} for a pretrained one. Their options can be made in Java too:
 *
 * <pre>{@code
 * Recipe recipe = Recipe.read(Path.of("models/mnist"), List.of("training.epochs=5"), System.err::println);
 * TrainingOptions options = recipe.training().withSeed(7).withThreads(1); // repeats to the bit
 * FineTuningOptions tuning = Preset.BEST.options().with(List.of("size=288"));
 * }</pre>
 *
 * <p>{@link terzi.training.recipe.YamlRecords} binds any record to YAML: components are keys in {@code snake_case}, and
 * messages name the file and the line. {@code docs/training.md} and {@code docs/fine-tuning.md} show whole recipes.
 */
@NullMarked
package terzi.training.recipe;

import org.jspecify.annotations.NullMarked;
