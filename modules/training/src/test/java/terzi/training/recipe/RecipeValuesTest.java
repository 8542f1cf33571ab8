package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single values of a recipe, against YAML's own rules and Java's exact arithmetic. */
class RecipeValuesTest {
    private static Object read(String text, Class<?> type) throws RecipeException {
        return Scalars.read(new YamlNode.Scalar("here:1", text), type, "key");
    }

    private static String refused(String text, Class<?> type) {
        return assertThrows(RecipeException.class, () -> read(text, type)).getMessage();
    }

    @Test
    void everyKindOfValueIsReadInItsOwnType() throws RecipeException {
        assertEquals(" a text ", read(" a text ", String.class));
        assertEquals(7, read(" 7 ", int.class));
        assertEquals(7, read("7", Integer.class));
        assertEquals(7L, read("7", long.class));
        assertEquals(-7L, read("-7", Long.class));
        assertEquals(0.25, read("0.25", double.class));
        assertEquals(0.25, read("1/4", Double.class));
        assertEquals(0.25f, read("0.25", float.class));
        assertEquals(1 / 3f, read("1 / 3", Float.class));
        assertEquals(0.1f, read("0.1", float.class));
        assertEquals(true, read("true", boolean.class));
        assertEquals(false, read("false", boolean.class));
        assertEquals(Path.of("a/b"), read("a/b", Path.class));
    }

    @ParameterizedTest
    @CsvSource({
        "1e3, 1000",
        "12E2, 1200",
        "+5, 5",
        "-0, 0",
        "1.50e1, 15",
        "2147483647, 2147483647",
        "-2147483648, -2147483648"
    })
    void wholeNumbersMayHaveExponents(String text, int expected) throws RecipeException {
        assertEquals(expected, read(text, int.class));
        assertEquals((long) expected, read(text, long.class));
    }

    @Test
    void theLargestLongIsReadAndTheNextIsNot() throws RecipeException {
        assertEquals(Long.MAX_VALUE, read(Long.toString(Long.MAX_VALUE), long.class));
        assertEquals(Long.MIN_VALUE, read(Long.toString(Long.MIN_VALUE), long.class));
        assertEquals(1_000_000_000_000_000_000L, read("1e18", long.class));
        BigInteger beyond = BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE);
        for (String text : List.of(beyond.toString(), "1e19", "1e999999999", "0.5", "1e-1")) {
            String message = refused(text, long.class);
            assertTrue(message.contains("a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE), message);
        }
        String message = refused("2147483648", int.class);
        assertTrue(message.contains("from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE), message);
    }

    @ParameterizedTest
    @CsvSource({
        "yes, boolean, true or false",
        "True, boolean, true or false",
        "1d, double, a number",
        "0x1p3, double, a number",
        "NaN, double, a number",
        "1/2/3, double, a number",
        "1/, float, a number",
        "x, Double, a number",
        "x, float, a number",
        "x, Float, a number",
        "x, int, a whole number",
        "010, int, a whole number without leading zeros",
        "-007, long, a whole number without leading zeros",
        "00.5, int, a whole number"
    })
    void whatIsNotOfItsKindIsRefusedByItsName(String text, String type, String kind) {
        Class<?> wanted =
                List.of(boolean.class, double.class, float.class, int.class, long.class, Double.class, Float.class)
                        .stream()
                        .filter(each -> each.getSimpleName().equals(type))
                        .findFirst()
                        .orElseThrow();
        assertEquals("here:1: key: expected " + kind + ", found '" + text + "'", refused(text, wanted));
    }

    @Test
    void nothingAListAndKeysAreNotValues() {
        assertEquals("here:1: key: expected a text, found nothing", refused(null, String.class));
        assertEquals("here:1: key: expected a text, found nothing", refused(null, Path.class));
        YamlNode list = new YamlNode.Sequence("here:2", List.of());
        YamlNode keys = new YamlNode.Mapping("here:3");
        assertEquals(
                "here:2: key: expected a whole number, found a list",
                assertThrows(RecipeException.class, () -> Scalars.read(list, long.class, "key"))
                        .getMessage());
        assertEquals(
                "here:3: key: expected a number, found keys and values",
                assertThrows(RecipeException.class, () -> Scalars.read(keys, double.class, "key"))
                        .getMessage());
    }

    @Test
    void aNumberOfAHundredCharactersIsOneAndALongerOneIsNot() {
        assertTrue(Scalars.isNumber("1".repeat(100)));
        assertEquals(false, Scalars.isNumber("1".repeat(101)));
        assertEquals("'" + "a".repeat(60) + "'", new YamlNode.Scalar("x", "a".repeat(60)).kind());
        assertEquals("'" + "a".repeat(60) + "…'", new YamlNode.Scalar("x", "a".repeat(61)).kind());
    }

    @Property(tries = 200, seed = "20261130")
    void theSuggestedWordIsOneOfThoseNearest(
            @ForAll @StringLength(max = 7) @net.jqwik.api.constraints.CharRange(from = 'a', to = 'c') String wrong,
            @ForAll @IntRange(min = 0, max = 2) int more) {
        List<String> allowed = List.of("abcabc", "bb", "caccac").subList(0, more + 1);
        int nearest =
                allowed.stream().mapToInt(word -> distance(wrong, word)).min().orElseThrow();
        String word = allowed.stream()
                .filter(each -> distance(wrong, each) == nearest)
                .findFirst()
                .orElseThrow();
        String expected = nearest <= Math.max(1, word.length() / 3) ? "; did you mean '" + word + "'?" : "";
        assertEquals(expected, Suggestion.of(wrong, allowed));
    }

    /** Levenshtein's distance as it is defined, by recursion. */
    private static int distance(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.length() + b.length();
        }
        String restA = a.substring(1);
        String restB = b.substring(1);
        return a.charAt(0) == b.charAt(0)
                ? distance(restA, restB)
                : 1 + Math.min(distance(restA, restB), Math.min(distance(restA, b), distance(a, restB)));
    }

    @Test
    void aSuggestionDoesNotMindCapitalsAndIsNoneForWhatIsNotAText() {
        assertEquals("; did you mean 'AdamW'?", Suggestion.of("ADAMV", List.of("sgd", "AdamW")));
        assertEquals("", Suggestion.of(new YamlNode.Scalar("x", null), List.of("sgd")));
        assertEquals("", Suggestion.of(new YamlNode.Mapping("x"), List.of("sgd")));
        assertEquals("", Suggestion.of("sgd", List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shortFilesAreText(int length) throws RecipeException {
        assertEquals("a".repeat(length), YamlText.decode("a".repeat(length).getBytes(StandardCharsets.UTF_8), "x"));
    }

    @Test
    void aMarkAloneIsAnEmptyTextAndHalfAMarkIsNotText() throws RecipeException {
        assertEquals("", YamlText.decode(new byte[] {(byte) 0xFE, (byte) 0xFF}, "x"));
        assertEquals("", YamlText.decode(new byte[] {(byte) 0xFF, (byte) 0xFE}, "x"));
        assertThrows(RecipeException.class, () -> YamlText.decode(new byte[] {(byte) 0xFE}, "x"));
        assertThrows(RecipeException.class, () -> YamlText.decode(new byte[] {(byte) 0xFE, 'a'}, "x"));
    }

    @Test
    void aFileOfFourMegabytesIsReadAndALongerOneIsNot(@TempDir Path folder) throws IOException {
        byte[] most = new byte[4 << 20];
        Arrays.fill(most, (byte) ' ');
        Path file = Files.write(folder.resolve("a.yaml"), most);
        assertEquals(most.length, YamlText.read(file).length());
        Path longer = Files.write(folder.resolve("b.yaml"), Arrays.copyOf(most, most.length + 1));
        String message =
                assertThrows(RecipeException.class, () -> YamlText.read(longer)).getMessage();
        assertTrue(message.contains("at most 4 MiB"), message);
    }

    @Test
    void anOverrideNeedsAKeyOfOneCharacterAtLeast() throws RecipeException {
        YamlNode.Mapping tree = YamlTree.parse("a: 1", "x");
        YamlTree.override(tree, "b=2");
        assertEquals("'2'", tree.entries().get("b").value().kind());
        assertThrows(RecipeException.class, () -> YamlTree.override(tree, "=2"));
        assertThrows(RecipeException.class, () -> YamlTree.override(tree, "b"));
    }

    /** A record with named sets of settings. */
    record Paint(String colour, int coats, double gloss) {}

    /** A record that holds one. */
    record Wall(String name, Paint paint) {}

    private static final YamlRecords.Presets<Paint> PAINTS = new YamlRecords.Presets<>(
            Paint.class, Map.of("plain", new Paint("white", 1, 0.1), "rich", new Paint("red", 3, 0.9)), "plain");

    private static final YamlRecords<Wall> WALLS = YamlRecords.of(Wall.class).withPresets(PAINTS);

    private static Wall wall(Path folder, String text) throws IOException {
        return WALLS.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of(), note -> {});
    }

    @Test
    void aPresetIsWhereSettingsStartFrom(@TempDir Path folder) throws IOException {
        assertEquals(
                new Paint("white", 2, 0.1),
                wall(folder, "name: a\npaint: {coats: 2}").paint());
        assertEquals(
                new Paint("red", 2, 0.9),
                wall(folder, "name: a\npaint: {preset: Rich, coats: 2}").paint());
        assertEquals(
                new Paint("red", 3, 0.9),
                wall(folder, "name: a\npaint: {preset: rich}").paint());
        for (String wrong : List.of("rihc", "[rich]", "")) {
            String message = assertThrows(
                            RecipeException.class, () -> wall(folder, "name: a\npaint: {preset: " + wrong + "}"))
                    .getMessage();
            assertTrue(message.contains("recipe.yaml:2: paint.preset: expected one of plain, rich, found"), message);
        }
        assertThrows(
                IllegalArgumentException.class, () -> new YamlRecords.Presets<>(Paint.class, PAINTS.values(), "shiny"));
    }

    @Test
    void aRecordThatIsChangedKeepsWhatIsNotNamed() throws RecipeException {
        Wall wall = new Wall("a", new Paint("blue", 4, 0.5));
        assertEquals(
                new Wall("a", new Paint("blue", 5, 0.5)), WALLS.changed(wall, List.of("paint.coats=5"), note -> {}));
        assertEquals(wall, WALLS.changed(wall, List.of(), note -> {}));
        assertTrue(WALLS.write(wall).contains("colour: blue"), WALLS.write(wall));
    }

    @Test
    void theTextAndTheMissingFileOfARecipe(@TempDir Path folder) throws IOException {
        assertThrows(NoSuchFileException.class, () -> WALLS.read(folder, List.of(), note -> {}));
        wall(folder, "name: b\npaint: {coats: 2}");
        assertEquals("name: b\npaint: {coats: 2}", YamlRecords.text(folder.resolve("recipe.yaml")));
        Wall read = WALLS.read(folder, List.of("paint.coats=9"), note -> {});
        assertEquals(new Wall("b", new Paint("white", 9, 0.1)), read);
    }

    @Test
    void aRefusalNamesTheLineOfTheKeyItIsAbout(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("recipe.yaml"),
                """
                name: a
                data: d
                network: [flatten]
                input: {width: 8, height: 8, channels: gray}
                validation: 1
                training:
                  epochs: 3
                  seed: 1
                  batch_size: 0
                """);
        String batch =
                assertThrows(RecipeException.class, () -> Recipe.read(file)).getMessage();
        assertTrue(batch.startsWith(file + ":9: training: batch_size must be"), batch);
        String share = assertThrows(
                        RecipeException.class, () -> Recipe.read(file, List.of("training.batch_size=1"), note -> {}))
                .getMessage();
        assertTrue(share.startsWith(file + ":5: validation must be at least 0.0 and less than 1.0"), share);
    }
}
