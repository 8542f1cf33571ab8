package terzi.runs;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.Recipe;

/** A recipe as a classifier file carries it: files are called by their names, and where they lay is nobody's business. */
final class PortableRecipe {
    private PortableRecipe() {}

    static String yaml(Recipe recipe) {
        Recipe.NetworkSource network = recipe.network() instanceof Recipe.Base file
                ? new Recipe.Base(file.base().getFileName())
                : recipe.network();
        return new Recipe(
                        recipe.name(),
                        recipe.description(),
                        lastName(recipe.data()),
                        network,
                        recipe.input(),
                        recipe.validation(),
                        recipe.augment(),
                        portable(recipe.teacher()),
                        recipe.training())
                .yaml();
    }

    private static @Nullable Distillation portable(@Nullable Distillation teacher) {
        return teacher == null
                ? null
                : new Distillation(
                        teacher.classifier().stream().map(Path::getFileName).toList(),
                        teacher.weight(),
                        teacher.temperature());
    }

    static String yaml(FineTuningRecipe recipe) {
        return new FineTuningRecipe(
                        recipe.name(),
                        recipe.description(),
                        recipe.data() == null ? null : lastName(recipe.data()),
                        recipe.labels(),
                        lastNames(recipe.backbone()),
                        recipe.finetune())
                .yaml();
    }

    /** Of one network, or of two with a comma between. */
    private static String lastNames(String networks) {
        return Stream.of(networks.split(","))
                .map(network -> network.startsWith("hf:") ? network : lastName(network))
                .collect(Collectors.joining(","));
    }

    /** The last part of a path, with the separators of any system. */
    static String lastName(String path) {
        String whole = path.replace('\\', '/').replaceFirst("/+$", "");
        return whole.substring(whole.lastIndexOf('/') + 1);
    }
}
