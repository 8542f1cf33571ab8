package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import tools.jackson.databind.JsonNode;

/** Commands on folders as people have them: moved, with one class, with odd names, with what may not be read. */
class RealFoldersTest {
    @TempDir
    static Path folder;

    private static Path images;
    private static Path run;
    private static JsonNode answer;

    @BeforeAll
    static void finetune() throws IOException {
        images = folder.resolve("photos");
        Path backbone = folder.resolve("backbone.onnx");
        FinetuneTest.write(images, backbone);
        Files.move(images.resolve("Rot"), images.resolve("Rot ")); // a blank that nobody sees
        run = folder.resolve("run");
        Cli cli = Cli.run(
                "finetune",
                "--test",
                "0.15",
                "--data",
                images.toString(),
                "--backbone",
                backbone.toString(),
                "--recipe",
                "fast",
                "--threads",
                "1",
                "--seed",
                "1",
                "--output",
                run.toString(),
                "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        answer = cli.json();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static Path image(String label) throws IOException {
        try (Stream<Path> files = Files.list(images.resolve(label))) {
            return files.sorted().findFirst().orElseThrow();
        }
    }

    @Test
    void labelsCarryNoWhiteSpaceAndTheRunIsEvaluatedOnItsOwnFolder() {
        Cli cli = Cli.run("evaluate", run.toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.out().contains("\"Rot\"") && !cli.out().contains("\"Rot \""), cli.out());
    }

    @Test
    void aReportIsMadeOfTheSameTestImagesWhereverTheyLieNow() throws IOException {
        Path moved = folder.resolve("moved/images");
        copy(images, moved);
        Cli report = Cli.run(
                "report",
                run.toString(),
                "--data",
                moved.toString(),
                "--output",
                folder.resolve("again").toString(),
                "--json");
        assertEquals(ExitCode.OK, report.exitCode(), report.err() + report.out());
        assertEquals("test", report.json().path("measured_on").asString());
        Cli evaluated = Cli.run("evaluate", run.toString(), "--data", moved.toString(), "--json");
        for (JsonNode metrics :
                List.of(report.json().path("metrics"), evaluated.json().path("metrics"))) {
            assertEquals(
                    answer.path("test").path("count").asInt(),
                    metrics.path("count").asInt());
            assertEquals(
                    answer.path("test").path("log_loss").asDouble(),
                    metrics.path("log_loss").asDouble(),
                    1e-6);
        }
        assertTrue(evaluated.err().contains("divided as in the run"), evaluated.err());
        Files.delete(moved.resolve("Rot ").resolve(image("Rot ").getFileName()));
        Cli less = Cli.run("evaluate", run.toString(), "--data", moved.toString(), "--split", "all", "--json");
        assertTrue(less.err().contains("89 of the 90 images of "), less.err());
        assertEquals(89, less.json().path("metrics").path("count").asInt());
    }

    @Test
    void oneClassOrATestPartAloneIsEvaluatedWithTheLabelsOfTheClassifier() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one/blue"));
        Path test = Files.createDirectories(folder.resolve("tested/Test/Rot"));
        for (int i = 0; i < 3; i++) {
            Files.copy(image("blue"), one.resolve(i + ".png"));
            Files.copy(image("Rot "), test.resolve(i + ".png"));
        }
        for (Path data : List.of(folder.resolve("one"), folder.resolve("tested"))) {
            Cli cli = Cli.run("evaluate", run.toString(), "--data", data.toString(), "--json");
            assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
            assertEquals(3, cli.json().path("metrics").path("count").asInt());
        }
        Cli missing = Cli.run(
                "evaluate", run.toString(), "--data", folder.resolve("tested").toString(), "--split", "train");
        assertEquals(ExitCode.FAILURE, missing.exitCode());
        assertTrue(missing.err().contains("has no train part; choose with --split from test, all"), missing.err());
    }

    @Test
    void namesThatAreNotUtf8AreClassifiedAndNamedApart() throws IOException {
        Path odd = Files.createDirectories(folder.resolve("odd"));
        try {
            Files.copy(image("blue"), Path.of(URI.create(odd.toUri() + "caf%E9.png")));
            Files.copy(image("blue"), Path.of(URI.create(odd.toUri() + "caf%E8.png")));
        } catch (IOException | IllegalArgumentException e) {
            assumeTrue(false, "this file system has no names that are not UTF-8");
        }
        Cli cli = Cli.run("classify", run.toString(), odd.toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(2, cli.json().path("classified").asInt());
        String first = cli.json().path("images").path(0).path("file").asString();
        assumeTrue(first.contains("\\x"), "the JVM's encoding of file names is not UTF-8");
        assertEquals(odd + "/caf\\xE8.png", first);
        assertEquals(ExitCode.OK, Cli.run("classify", run.toString(), first).exitCode(), "the name leads back");
    }

    @Test
    void aFolderThatMayNotBeReadIsNamedAndTheOthersAreAnswered() throws IOException {
        Path mixed = folder.resolve("mixed");
        Path locked = Files.createDirectories(mixed.resolve("locked"));
        Files.copy(image("blue"), mixed.resolve("a.png"));
        Files.copy(image("blue"), locked.resolve("b.png"));
        assumeTrue(Files.getFileStore(mixed).supportsFileAttributeView("posix"), "no permissions here");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        try {
            assumeTrue(!Files.isReadable(locked), "permissions do not bind this user");
            Cli cli = Cli.run("classify", run.toString(), mixed.toString(), "--json");
            assertEquals(ExitCode.FAILURE, cli.exitCode());
            assertEquals(1, cli.json().path("classified").asInt());
            assertTrue(cli.err().contains("locked: this user may not look into it"), cli.err());
        } finally {
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aFolderWithoutAnImageDoesNotEndTheOthers() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Cli cli = Cli.run(
                "classify", run.toString(), empty.toString(), image("blue").toString(), "--json");
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertEquals(1, cli.json().path("classified").asInt());
        assertTrue(cli.err().contains(empty + ": there is no image in this folder"), cli.err());
    }

    @Test
    void whatTheProgramWroteAmongTheDataIsNotReadAsData() throws IOException {
        Path data = folder.resolve("used");
        copy(images, data);
        copy(run, data.resolve("runs/finetune/used"));
        Cli explained = Cli.run(
                "explain",
                run.toString(),
                data.resolve("blue").toString(),
                "--output",
                data.resolve("explained").toString());
        assertEquals(ExitCode.OK, explained.exitCode(), explained.err());
        Path first = image("blue");
        Cli.run(
                "explain",
                run.toString(),
                first.toString(),
                "--output",
                data.resolve("blue/why.png").toString());
        assertTrue(Files.exists(data.resolve("blue/why.png")));

        Cli check = Cli.run("data", "check", data.toString(), "--json", "--no-duplicates");
        assertEquals(90, check.json().path("images").asInt(), check.out());
        assertEquals(3, check.json().path("classes").size());
        TreeSet<String> leftOut = new TreeSet<>();
        check.json()
                .path("folders_left_out")
                .forEach(one -> leftOut.add(one.path("folder").asString()));
        assertEquals(new TreeSet<>(List.of("explained", "runs")), leftOut);
        assertEquals(
                "own_output",
                check.json().path("unreadable").path(0).path("reason").asString());

        Cli classified = Cli.run("classify", run.toString(), data.toString(), "--json");
        assertEquals(90, classified.json().path("classified").asInt());
        assertTrue(classified.err().contains("explained, runs (written by Terzi)"), classified.err());
    }

    @Test
    void everyFolderLeftOutIsNamedOnTheConsoleInTheReportAndInJson() throws IOException {
        Path data = folder.resolve("nas");
        copy(images, data);
        Path thumbs = Files.createDirectories(data.resolve("@eaDir"));
        Files.copy(image("blue"), thumbs.resolve("x.png"));
        Path target = folder.resolve("nas run");
        Cli cli = Cli.run(
                "finetune",
                "--data",
                data.toString(),
                "--backbone",
                folder.resolve("backbone.onnx").toString(),
                "--recipe",
                "fast",
                "--threads",
                "1",
                "--output",
                target.toString(),
                "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(
                "@eaDir",
                cli.json().path("folders_left_out").path(0).path("folder").asString());
        assertTrue(cli.err().contains("folders left out: @eaDir (kept by a Synology storage)"), cli.err());
        for (String file : List.of("report.md", "report.html")) {
            assertTrue(Files.readString(target.resolve(file)).contains("@eaDir"), file);
        }
        Cli check = Cli.run("data", "check", data.toString(), "--no-duplicates");
        assertTrue(check.out().contains("folders left out: @eaDir (kept by a Synology storage)"), check.out());
        assertFalse(check.out().contains("note:"), check.out());
    }
}
