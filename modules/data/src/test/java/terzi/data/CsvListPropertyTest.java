package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import terzi.images.Image;

/** Lists written by the rules of RFC 4180, with whatever characters their fields may hold. */
class CsvListPropertyTest {
    private static final String CRLF = "\r\n";

    private static Path folder;

    /** A row: the number of an image, its label, and its part. */
    record Row(int image, String label, String split) {}

    @BeforeContainer
    static void makeImages() throws IOException {
        folder = Files.createTempDirectory("terzi-csv");
        for (int i = 0; i < 12; i++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(new Image(1, 1, 1, new byte[] {(byte) i}).toBufferedImage(), "png", out);
            Files.write(folder.resolve(file(i)), out.toByteArray());
        }
    }

    @AfterContainer
    static void removeImages() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Names with everything that RFC 4180 makes a field be quoted for. */
    private static String file(int i) {
        return List.of("a,b", "a\"b", "plain", "a\nb", "é ü", "\"", ",,", "''", "a;b\t", "a\rb", "a\"\"b", "#x")
                        .get(i) + i + ".png";
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        // within a label anything but control characters; at its edges nothing that would be taken off
        Arbitrary<Character> inside = Arbitraries.of(
                'a', 'b', 'Z', '0', '7', ',', '"', ' ', ';', '\'', '\u00e9', '\u4e2d', '#', '-', '=', '|', '/');
        Arbitrary<Character> edge = inside.filter(c -> c != ' ');
        Arbitrary<String> labels = Combinators.combine(edge, inside.list().ofMaxSize(5), edge)
                .as((first, middle, last) ->
                        first + middle.stream().map(String::valueOf).collect(Collectors.joining()) + last);
        Arbitrary<String> splits = Arbitraries.of("train", "TRAIN", "Val", "test", "training", "validation", "testing");
        return Combinators.combine(Arbitraries.integers().between(0, 11), labels, splits)
                .as(Row::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(12);
    }

    /** One field by RFC 4180: quoted if it must be, or if the writer likes to. */
    private static String field(String text, Random likes) {
        boolean must = text.contains(",") || text.contains("\"") || text.contains("\n") || text.contains("\r");
        return must || likes.nextBoolean() ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private static String written(List<Row> rows, String end, long seed) {
        Random likes = new Random(seed);
        List<String> columns = new ArrayList<>(List.of("path", "label", "split", "note"));
        Collections.shuffle(columns, likes);
        StringBuilder text = new StringBuilder(likes.nextBoolean() ? "\ufeff" : "");
        text.append(columns.stream().map(c -> field(c, likes)).collect(Collectors.joining(",")))
                .append(end);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            text.append(columns.stream()
                    .map(column -> switch (column) {
                        case "path" -> file(row.image);
                        case "label" -> row.label;
                        case "split" -> row.split;
                        default -> "x, \"y\"";
                    })
                    .map(value -> field(value, likes))
                    .collect(Collectors.joining(",")));
            text.append(i + 1 < rows.size() || likes.nextBoolean() ? end : "");
        }
        return text.toString();
    }

    @Property(tries = 60, seed = "20261130")
    void everyFieldComesBack(@ForAll("rows") List<Row> rows, @ForAll boolean crlf, @ForAll long seed)
            throws IOException {
        Path csv = Files.writeString(folder.resolve("list.csv"), written(rows, crlf ? CRLF : "\n", seed));
        TreeSet<String> labels = new TreeSet<>();
        rows.forEach(row -> labels.add(row.label));
        DatasetSplits splits = CsvList.open(
                "x", csv, DatasetOptions.defaults().withHeldOut(0, 0).withLabels(List.copyOf(labels)));
        assertEquals(List.of(), splits.report().skipped());
        List<Dataset> parts = List.of(
                splits.train(),
                splits.validation().orElse(splits.train().subset(new int[0])),
                splits.test().orElse(splits.train().subset(new int[0])));
        List<List<String>> kinds = List.of(
                List.of("train", "TRAIN", "training"), List.of("Val", "validation"), List.of("test", "testing"));
        for (int p = 0; p < 3; p++) {
            List<String> kind = kinds.get(p);
            List<Row> wanted =
                    rows.stream().filter(row -> kind.contains(row.split)).toList();
            Dataset part = parts.get(p);
            assertEquals(wanted.size(), part.size());
            for (int i = 0; i < wanted.size(); i++) {
                assertEquals(wanted.get(i).label, part.labels().get(part.label(i)));
                assertEquals(wanted.get(i).image, part.image(i).sample(0, 0, 0));
                assertEquals(file(wanted.get(i).image), part.id(i));
            }
        }
    }

    @Property(tries = 30, seed = "20261130")
    void labelsAreSortedAsNumbersIfAllAreWholeNumbers(
            @ForAll @Size(min = 2, max = 8) List<@IntRange(max = 300) Integer> numbers, @ForAll boolean words)
            throws IOException {
        List<String> labels =
                new ArrayList<>(numbers.stream().map(String::valueOf).toList());
        if (words) {
            labels.add("-1");
        }
        StringBuilder text = new StringBuilder("label,path\n");
        labels.forEach(label -> text.append(label).append(",plain2.png\n"));
        Path csv = Files.writeString(folder.resolve("list.csv"), text);
        Comparator<String> order = words ? Comparator.naturalOrder() : Comparator.comparingInt(Integer::parseInt);
        assertEquals(
                labels.stream().distinct().sorted(order).toList(),
                CsvList.open("x", csv, DatasetOptions.defaults().withLabels(List.of("0")))
                        .train()
                        .labels());
    }

    @Example
    void fieldsAreReadByTheirColumnAndRowsByTheirLine() throws IOException {
        String[][] wrong = {
            {"path\nplain2.png\n", "line 1: expected a header with the columns path and label"},
            {"label\nx\n", "line 1: expected a header with the columns path and label"},
            {"path,label\nplain2.png,\n", "line 2: expected a path and a label"},
            {"path,label\n,x\n", "line 2: expected a path and a label"},
            {"path,label\nplain2.png\n", "line 2: expected 2 fields as in the header, found 1"},
            {"path,label\nplain2.png,x,y\n", "line 2: expected 2 fields as in the header, found 3"},
            {"path,label\n\"a\nb\",x\nplain2.png, \u00a0\n", "line 4: expected a path and a label"},
            {"split,path,label\ntrain,plain2.png,x\nboth,plain2.png,x\n", "line 3: expected train, val or test"},
            {"path,label\n", "at least one image"},
            {"", "at least one image"},
            {"path,label\nplain2.png,\"x\n", "line 2: not a well-formed CSV"},
            {"path,label\nplain2.png,x\nplain2.png,\"x\nplain2.png,x\n", "line 3: not a well-formed CSV"},
            {"path,label\nplain2.png,\"x\"\"\n", "line 2: not a well-formed CSV"},
            {"path,label\nplain2.png,\"x\"y\n", "not a well-formed CSV"}
        };
        for (String[] one : wrong) {
            Path csv = Files.writeString(folder.resolve("list.csv"), one[0]);
            String message = assertThrows(
                            DatasetException.class,
                            () -> CsvList.open(
                                    "x", csv, DatasetOptions.defaults().withLabels(List.of("x"))),
                            one[0].replace("\n", "|"))
                    .getMessage();
            assertTrue(message.contains(one[1]), message);
            assertTrue(message.contains(csv.toString()), message);
        }
        for (int more = 0; more < 3; more++) {
            String unlabelled = "train,plain2.png,x\n" + "unlabelled,plain2.png,\n".repeat(more);
            Path csv = Files.writeString(folder.resolve("list.csv"), "split,path,label\n" + unlabelled);
            List<String> notes = CsvList.open(
                            "x", csv, DatasetOptions.defaults().withLabels(List.of("x")))
                    .report()
                    .notes();
            String[] expected = {
                "",
                "1 row is left out: the split says that the images have no label",
                "2 rows are left out: the split says that the images have no label"
            };
            assertEquals(more == 0 ? List.of() : List.of(expected[more]), notes);
        }
    }
}
