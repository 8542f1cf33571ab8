package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes as editors, other programs and haste leave them. */
class RecipeSurprisesTest {
    private static final String SMALL =
            """
            name: small
            description: a café
            data: somewhere
            input: {width: 8, height: 8, channels: gray}
            network:
              - flatten
              - dense: 3
            training:
              epochs: 7
            """;

    @TempDir
    Path temporary;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(temporary.resolve("recipe.yaml"), bytes);
    }

    private Recipe read(String text) throws IOException {
        return Recipe.read(file(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String refusal(byte[] bytes) throws IOException {
        Path file = file(bytes);
        String message = String.valueOf(
                assertThrows(RecipeException.class, () -> Recipe.read(file)).getMessage());
        assertTrue(message.startsWith(file.toString()), message);
        return message.substring(file.toString().length());
    }

    private String refusal(String text) throws IOException {
        return refusal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] marked(String mark, Charset charset) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write((mark + SMALL).getBytes(charset));
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void aByteOrderMarkSaysTheEncoding(String encoding) throws IOException {
        Recipe recipe = Recipe.read(file(marked("\uFEFF", Charset.forName(encoding))));
        assertEquals("a café", recipe.description());
        assertEquals("small", recipe.name());
    }

    @Test
    void anotherEncodingIsRefusedWithItsLineAndARemedy() throws IOException {
        assertEquals(
                ":2: expected text in UTF-8, found the byte 0xE9, which is not UTF-8 here; save the file as UTF-8",
                refusal(SMALL.getBytes(StandardCharsets.ISO_8859_1)));
        String message = refusal(SMALL.getBytes(StandardCharsets.UTF_16LE));
        assertTrue(message.startsWith(":1: ") && message.contains("UTF-16 without a byte order mark"), message);
        message = refusal(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0, 16});
        assertTrue(message.startsWith(":1: expected text in UTF-8, found the byte 0xFF"), message);
        assertTrue(refusal(new byte[5 << 20]).contains("at most 4 MiB"));
    }

    @Test
    void anEmptyFileAListAndATextAreRefusedWithTheirLine() throws IOException {
        assertTrue(refusal("").startsWith(":1: expected keys and values"), refusal(""));
        assertTrue(refusal("").contains("found an empty file"));
        assertTrue(refusal("# nothing\n\n").startsWith(":"), refusal("# nothing\n\n"));
        assertTrue(refusal("- a\n- b\n").startsWith(":1: expected keys and values"), refusal("- a\n- b\n"));
        assertTrue(refusal("just text").contains("found 'just text'"));
    }

    @ParameterizedTest
    @CsvSource({
        "'  epochs: 7', '\tepochs: 7', 9",
        "'  epochs: 7', '  epochs: 7\n  epochs: 8', 10",
        "'  epochs: 7', '  epochs: *many', 9",
        "'  epochs: 7', '  <<: {epochs: 7}', 9",
        "'  epochs: 7', '  epochs: 010', 9",
        "'  epochs: 7', '  epochs: 0o10', 9",
        "'  epochs: 7', '  epochs: 1_000', 9",
        "'  epochs: 7', '  epochs: 1.5', 9",
        "'  epochs: 7', '  epochs: 99999999999', 9",
        "'  epochs: 7', '  epochs: 1e999999999', 9",
        "'  epochs: 7', '  ema: 0x1p-1', 9",
        "'  epochs: 7', '  ema: 0.5d', 9",
        "'  epochs: 7', '  epochs: [7]', 9",
        "'  epochs: 7', '  epochs: 7\n---\nname: second', 10",
        "'  epochs: 7', '  ? [a, b]\n  : 7', 9",
        "'  - dense: 3', '  - dense: no', 7"
    })
    void aSurpriseIsRefusedWithItsLine(String from, String to, int line) throws IOException {
        String text = SMALL.replace(from, to.replace("\\t", "\t").replace("\\n", "\n"));
        String message = refusal(text);
        assertTrue(message.startsWith(":" + line + ": ") || message.startsWith(":" + (line + 1) + ": "), message);
    }

    @Test
    void whatLooksLikeATruthValueIsANameWhereOneIsExpected() throws IOException {
        Path file = Files.writeString(
                temporary.resolve("tune.yaml"), "name: off\nlabels: [no, off, yes, 'on', 007, 1e3, 0x10, 12:30]\n");
        FineTuningRecipe recipe = FineTuningRecipe.read(file, List.of(), note -> {});
        assertEquals("off", recipe.name());
        assertEquals(List.of("no", "off", "yes", "on", "007", "1e3", "0x10", "12:30"), recipe.labels());
    }

    @Test
    void numbersMayHaveExponents() throws IOException {
        assertEquals(
                100,
                read(SMALL.replace("epochs: 7", "epochs: 1e2"))
                        .training()
                        .optimisation()
                        .epochs());
        assertEquals(
                0.25,
                read(SMALL.replace("epochs: 7", "ema: 2.5e-1"))
                        .training()
                        .regularisation()
                        .ema());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "&a [*a, "})
    void deepNestingIsRefusedAtOnce(String opening) throws IOException {
        String text = "name: " + opening.repeat(200_000);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> refusal(text));
    }

    @Test
    void aliasesThatWouldExplodeAreRefusedAtOnce() throws IOException {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            String before = "*a" + (i - 1);
            text.append("a").append(i).append(": &a").append(i).append(" [");
            text.append(String.join(", ", List.of(before, before, before, before)))
                    .append("]\n");
        }
        String message = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> refusal(text.toString()));
        assertTrue(message.startsWith(":2: ") && message.contains("alias"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "'epochs: 7', 'threads: 2000000000', 'threads must be a whole number from 0 to 1024, not 2000000000'",
        "'epochs: 7', 'threads: -1', 'threads must be a whole number from 0 to 1024, not -1'",
        "'epochs: 7', 'batch_size: 2000000000', 'batch_size must be a whole number from 1 to 65536'",
        "'epochs: 7', 'epochs: 2000000000', 'epochs must be a whole number from 1 to 1000000'",
        "'epochs: 7', 'clip_norm: 1e300', 'clip_norm must be between 0.0 and 1.0E30'",
        "'epochs: 7', 'optimizer: {sgd: {learning_rate: 1e300}}', 'greater than 0 and at most 1.0E30'",
        "'epochs: 7', 'mix: {mixup: {alpha: 1e-300}}', 'a number from 0.001 to 1000.0'",
        "'width: 8, height: 8', 'width: 65536, height: 65536', 'width and height from 1 to 8192 pixels'",
        "'width: 8, height: 8', 'width: 2000000000, height: 2', 'width and height from 1 to 8192 pixels'",
        "'dense: 3', 'dense: 2000000000', 'units must be from 1 to 1048576, not 2000000000'",
        "'flatten', 'conv2d: {filters: 2000000000, kernel: 3}', 'filters must be from 1 to 65536'",
        "'flatten', 'conv2d: {filters: 3, kernel: 2000000000}', 'kernel must be from 1 to 8192'",
        "'flatten', 'max_pool: {size: 2, stride: 2000000000}', 'stride must be from 1 to 8192'"
    })
    void everyNumberHasARangeThatItsMessageNames(String from, String to, String expected) throws IOException {
        String message = refusal(SMALL.replace(from, to));
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource({
        "rotate, degrees, 99999999999, 'expected a number from 0.0 to 180.0, found 9.9999999999E10'",
        "random_erasing, min_area, 1e300, 'expected a number above 0 and at most 1.0'",
        "rand_augment, operations, 2000000000, 'expected a number from 1.0 to 10.0'",
        "zoom, low, 1e-300, 'expected a number from 0.01 to 100.0'",
        "warp, cells, 1e9, 'expected a number from 1.0 to 64.0'"
    })
    void anAugmentationsNumbersHaveRangesToo(String name, String key, String value, String expected)
            throws IOException {
        String message = refusal(SMALL + "augment:\n  - " + name + ": {" + key + ": " + value + "}\n");
        assertTrue(message.startsWith(":11: ") && message.contains(expected), message);
    }

    @Test
    void aNetworkTooLargeForAFileIsRefusedWithItsLayer() throws IOException {
        Recipe recipe = read(SMALL.replace("width: 8, height: 8", "width: 8192, height: 8192")
                .replace("dense: 3", "dense: 1000"));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> recipe.build(1000));
        assertTrue(
                e.getMessage().contains("weight dense1.weight: [1000, 67108864] has 6.711e+10 values"), e.getMessage());
        Recipe wide = read(SMALL.replace("width: 8, height: 8", "width: 8192, height: 8192")
                .replace("- flatten", "- conv2d: {filters: 4000, kernel: 1}\n  - flatten"));
        e = assertThrows(IllegalArgumentException.class, () -> wide.build(3));
        assertTrue(e.getMessage().contains("values for each image, more than 2147483647"), e.getMessage());
    }

    @Test
    void fineTuningSettingsHaveRangesToo() throws IOException {
        Map<String, String> wrong = Map.of(
                "size=2000000000", "size must be a whole number from 0 to 8192",
                "enlarge=1e9", "enlarge must be greater than 0 and at most 16.0",
                "views.count=2000000000", "count must be a whole number from 1 to 1000",
                "head.folds=1", "folds must be a whole number from 2 to 1000",
                "head.kernel.max_rows=2000000000", "max_rows must be a whole number from 1 to 40000",
                "training.threads=2000000000", "threads must be a whole number from 0 to 1024");
        Path file = Files.writeString(temporary.resolve("tune.yaml"), "name: x\n");
        wrong.forEach((setting, expected) -> {
            RecipeException e = assertThrows(
                    RecipeException.class,
                    () -> FineTuningRecipe.read(file, List.of("finetune." + setting), note -> {}));
            assertTrue(e.getMessage().contains(expected), e.getMessage());
        });
    }
}
