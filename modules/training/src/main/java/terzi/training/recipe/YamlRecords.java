package terzi.training.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Recipe files of one kind. Their keys and names are {@code snake_case} identifiers; other spellings of the same letters, such as
 * {@code batchSize} in files of before version 0.1, are read with a note.
 */
public final class YamlRecords<T extends Record> {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final Class<T> type;
    private final Optional<Presets<?>> presets;

    private YamlRecords(Class<T> type, Optional<Presets<?>> presets) {
        this.type = type;
        this.presets = presets;
    }

    /**
     * Describes files that hold one such record.
     *
     * @param <T> the record
     * @param type the record
     * @return the format
     */
    public static <T extends Record> YamlRecords<T> of(Class<T> type) {
        return new YamlRecords<>(type, Optional.empty());
    }

    /**
     * {@return the same format with presets for a record in it}
     *
     * @param named the presets
     */
    public YamlRecords<T> withPresets(Presets<?> named) {
        return new YamlRecords<>(type, Optional.of(named));
    }

    /**
     * Named sets of settings for one kind of record. In YAML, the key {@code preset} of such a record names the one that settings
     * which are not given come from.
     *
     * @param usual the one that is taken when the key is missing
     */
    public record Presets<P extends Record>(Class<P> type, Map<String, P> values, String usual) {
        /**
         * Creates the presets.
         *
         * @param type the kind of record
         * @param values the presets by name
         * @param usual the one that is taken when the key is missing
         * @throws IllegalArgumentException if there is no preset of that name
         */
        public Presets {
            values = Map.copyOf(values);
            if (!values.containsKey(usual)) {
                throw new IllegalArgumentException("there is no preset " + usual + " among " + values.keySet());
            }
        }
    }

    /**
     * Reads the text of a YAML file, in UTF-8 or in UTF-16 with a byte order mark.
     *
     * @param file the file
     * @return its text without the mark
     * @throws RecipeException if it is in another encoding, or not a text; the message names the file and the line
     * @throws IOException if it cannot be read
     */
    public static String text(Path file) throws IOException {
        return YamlText.read(file);
    }

    Class<T> type() {
        return type;
    }

    Optional<Presets<?>> presets() {
        return presets;
    }

    /**
     * Reads a recipe.
     *
     * @param file a {@code recipe.yaml}, or the folder that holds one
     * @param overrides {@code key=value} pairs that win over the file, with dots for nested keys
     * @param notes takes one sentence if names are in another spelling than theirs
     * @return the record
     * @throws RecipeException if a key is unknown or a value impossible; the message names the file and the line
     * @throws IOException if the file cannot be read
     */
    public T read(Path file, List<String> overrides, Consumer<String> notes) throws IOException {
        Path recipe = Files.isDirectory(file) ? file.resolve(Recipe.FILE) : file;
        if (!Files.exists(recipe)) {
            throw new NoSuchFileException(recipe.toString(), null, "there is no recipe; expected a " + Recipe.FILE);
        }
        Path folder = recipe.toAbsolutePath().getParent();
        return bound(
                YamlTree.read(recipe),
                overrides,
                new RecordBinder(folder == null ? Path.of("") : folder, presets),
                null,
                note -> notes.accept(recipe + ": " + note));
    }

    /**
     * Changes some settings of a record; what is not named stays.
     *
     * @param value the record
     * @param overrides {@code key=value} pairs with dots for nested keys
     * @param notes takes one sentence if names are in another spelling than theirs
     * @return the changed record
     * @throws RecipeException if a key is unknown or a value impossible
     */
    public T changed(T value, List<String> overrides, Consumer<String> notes) throws RecipeException {
        return bound(
                new YamlNode.Mapping("overrides"),
                overrides,
                new RecordBinder(Path.of(""), presets),
                value,
                note -> notes.accept("overrides: " + note));
    }

    private T bound(
            YamlNode.Mapping tree,
            List<String> overrides,
            RecordBinder binder,
            @Nullable T base,
            Consumer<String> notes)
            throws RecipeException {
        for (String override : overrides) {
            YamlTree.override(tree, override);
        }
        T bound = binder.read(tree, type, base);
        binder.note().ifPresent(notes);
        return bound;
    }

    /**
     * Writes a record.
     *
     * @param value the record
     * @return YAML with every value spelled out
     */
    public String write(T value) {
        return YAML.writeValueAsString(RecordBinder.write(value));
    }

    /**
     * Spells a dotted key as it is written now: {@code training.batch_size} for {@code training.batchSize}.
     *
     * @param key in any spelling
     * @return the key; parts that are not known stay as they are
     */
    public String spelled(String key) {
        return RecordType.spelled(type, Arrays.asList(key.split("\\.", -1)).iterator());
    }
}
