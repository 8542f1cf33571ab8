package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.bench.BenchOptions;
import tools.jackson.databind.JsonNode;

class BenchCommandTest {
    private static final String MODEL = "../../models/mnist";

    @TempDir
    private Path folder;

    @Test
    void measuresWritesAndComparesAModel() throws IOException {
        Path first = folder.resolve("a first report");
        Cli measured = Cli.run(
                "bench",
                MODEL,
                "--backend",
                "ort,terzi-files,ort-cuda,ort-node",
                "--budget",
                "2s",
                "--processes",
                "1",
                "--rounds",
                "5",
                "--batch-size",
                "2",
                "--threads",
                "1",
                "--node",
                "no-such-node",
                "--output",
                first.toString(),
                "--json");
        assertEquals(0, measured.exitCode(), measured.err() + measured.out());
        JsonNode report = measured.json().path("results").path(0).path("report");
        assertEquals(4, report.path("entries").size(), "what cannot run is listed, too");
        assertEquals("mnist", report.path("network").path("name").asString());
        assertTrue(report.path("entries").path(3).path("reason").asString().contains("no-such-node")
                || report.path("entries").path(3).path("reason").asString().contains("--peers"));
        for (String file : List.of("results.json", "results.csv", "results.md", "results.html")) {
            assertTrue(Files.size(first.resolve(file)) > 500, file);
        }

        Cli same = Cli.run(
                "bench",
                "compare",
                first.toString(),
                first.resolve("results.json").toString());
        assertEquals(0, same.exitCode(), same.out() + same.err());

        String json = Files.readString(first.resolve("results.json"));
        Path gone = Files.createDirectory(folder.resolve("gone"));
        Files.writeString(gone.resolve("results.json"), json.replace("\"schema\" : 1", "\"schema\" : 99"));
        Cli other = Cli.run("bench", "compare", first.toString(), gone.toString());
        assertEquals(1, other.exitCode());
        assertTrue(other.err().contains("99"), other.err());
    }

    @Test
    void imagesLoadAndSeedAreThoseThatWereAskedFor() throws IOException {
        Path images = Path.of("../../samples/images");
        long count;
        try (Stream<Path> files = Files.list(images)) {
            count = files.filter(file -> file.toString().endsWith(".png")).count();
        }
        Cli measured = Cli.run(
                "bench",
                MODEL,
                "--backend",
                "ort",
                "--budget",
                "2s",
                "--processes",
                "1",
                "--rounds",
                "5",
                "--batch-size",
                "1",
                "--threads",
                "1",
                "--data",
                images.toString(),
                "--load",
                "0.2",
                "--seed",
                "9",
                "--output",
                folder.resolve("loaded").toString(),
                "--json");
        assertEquals(0, measured.exitCode(), measured.err() + measured.out());
        JsonNode report = measured.json().path("results").path(0).path("report");
        assertEquals(9, report.path("method").path("seed").asInt());
        assertEquals(count, report.path("method").path("images").asInt());
        JsonNode load = report.path("entries").path(0).path("figures").path("load");
        // the median call: a machine that is busy with others makes a few calls so long that the backend is never idle
        double share = load.path("arrivals_per_second").asDouble()
                * load.path("service").path("p50").path("value").asDouble()
                / 1000;
        assertTrue(share > 0.02 && share < 0.6, "a fifth was asked for, found " + share);
    }

    @ParameterizedTest
    @CsvSource({
        "--backend=caffe, there is no backend 'caffe'",
        "--backend=ort:speed=high, has no setting",
        "--budget=soon, expected a time such as 90s",
        "--threads=0, threads: expected numbers from 1",
        "--batch-size=0, batch sizes: expected",
        "--rounds=2, rounds: expected 5",
        "--load=1.5, load: expected a share",
        "--quick --full, exclude each other"
    })
    void whatCannotBeIsWrongUsage(String options, String message) {
        List<String> line = new java.util.ArrayList<>(List.of("bench", MODEL));
        line.addAll(List.of(options.split(" ", -1)));
        Cli wrong = Cli.run(line.toArray(String[]::new));
        assertEquals(2, wrong.exitCode(), wrong.err());
        assertTrue(wrong.err().contains(message), wrong.err());
    }

    @Test
    void withoutAModelOrWithAMissingOneTheErrorSaysSo() {
        Cli none = Cli.run("bench");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("no model given"), none.err());
        Cli missing = Cli.run("bench", folder.resolve("nothing").toString());
        assertEquals(1, missing.exitCode());
        assertTrue(missing.err().contains("no such file"), missing.err());
    }

    @Test
    void theBackendsAreListedWithTheirSettings() {
        Cli list = Cli.run("bench", "backends");
        assertEquals(0, list.exitCode());
        assertTrue(list.out().contains("djl-pytorch") && list.out().contains("precision=fp32|bf16"), list.out());
        assertTrue(
                Cli.run("bench", "backends", "--json").json().path("backends").has("openvino"));
    }

    @Test
    void aCommaSeparatesBackendsAndSettings() {
        assertEquals(
                List.of("ort", "djl-pytorch:layout=channels-first,precision=bf16", "keras", "ort:arena=off"),
                BenchOptions.separate(
                        List.of("ort,djl-pytorch:layout=channels-first,precision=bf16,keras", "ort:arena=off")));
    }
}
