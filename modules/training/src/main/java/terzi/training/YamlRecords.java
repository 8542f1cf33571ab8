package terzi.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Records as sections of a recipe file: the rules of {@link Recipe}, for recipes of other kinds. */
public final class YamlRecords {
    private YamlRecords() {}

    /**
     * The text of a YAML file, in UTF-8 or in UTF-16 with a byte order mark.
     *
     * @throws RecipeException if it is in another encoding, or no text; the message names the file and the line
     * @throws IOException if it cannot be read
     */
    public static String text(Path file) throws IOException {
        return YamlText.read(file);
    }

    /**
     * Named sets of settings for one kind of record. In YAML, the key {@code preset} of such a record says which of them
     * the settings that are not given come from.
     *
     * @param usual the one that is taken when the key is missing
     */
    public record Presets<T extends Record>(Class<T> type, Map<String, T> values, String usual) {
        public Presets {
            values = Map.copyOf(values);
            if (!values.containsKey(usual)) {
                throw new IllegalArgumentException("there is no preset " + usual + " among " + values.keySet());
            }
        }
    }

    /**
     * Reads a recipe.
     *
     * @param file a {@code recipe.yaml}, or the folder that holds one
     * @param overrides {@code key=value} pairs that win over the file, with dots for nested keys
     * @throws RecipeException if a key is unknown or a value impossible; the message names the file and the line
     * @throws IOException if the file cannot be read
     */
    public static <T extends Record> T read(Path file, Class<T> type, List<String> overrides, Presets<?> presets)
            throws IOException {
        Path recipe = Files.isDirectory(file) ? file.resolve(Recipe.FILE) : file;
        if (!Files.exists(recipe)) {
            throw new NoSuchFileException(recipe.toString(), null, "there is no recipe; expected a " + Recipe.FILE);
        }
        YamlNode.Mapping tree = YamlTree.read(recipe);
        for (String override : overrides) {
            YamlTree.override(tree, override);
        }
        Path folder = recipe.toAbsolutePath().getParent();
        return RecipeFormat.binder(folder == null ? Path.of("") : folder)
                .with(presets)
                .read(tree, type, "");
    }

    /**
     * The same record with some settings changed; what is not named stays.
     *
     * @param overrides {@code key=value} pairs with dots for nested keys
     * @throws RecipeException if a key is unknown or a value impossible
     */
    public static <T extends Record> T changed(T value, List<String> overrides) throws RecipeException {
        YamlNode.Mapping tree = new YamlNode.Mapping("overrides");
        for (String override : overrides) {
            YamlTree.override(tree, override);
        }
        return RecipeFormat.binder(Path.of("")).changed(value, tree);
    }

    /** The record as YAML, every value spelled out. */
    public static String write(Record value) {
        return RecipeFormat.yaml(value);
    }
}
