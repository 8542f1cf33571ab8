package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.images.Image;
import terzi.training.run.RunFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Training where something is wrong with the data, the run folder or the settings. */
class TrainTroubleTest {
    private static final int SIZE = 8;

    @TempDir
    Path temporary;

    /** A folder of classes, one gray each, with noise. */
    private Path images(int each) throws IOException {
        Path data = temporary.resolve("data");
        Random random = new Random(3);
        for (String label : List.of("black", "gray", "white")) {
            Path folder = Files.createDirectories(data.resolve(label));
            int level = label.equals("black") ? 40 : label.equals("gray") ? 120 : 200;
            for (int i = 0; i < each; i++) {
                byte[] pixels = new byte[SIZE * SIZE];
                for (int p = 0; p < pixels.length; p++) {
                    pixels[p] = (byte) (level + random.nextInt(40));
                }
                ImageIO.write(
                        new Image(SIZE, SIZE, 1, pixels).toBufferedImage(),
                        "png",
                        folder.resolve(String.format("%03d.png", i)).toFile());
            }
        }
        return data;
    }

    private Path recipe(String training) throws IOException {
        return Files.writeString(
                temporary.resolve("recipe.yaml"),
                """
                name: grays
                data: data
                input: {width: 8, height: 8, channels: gray, mean: [0.5], std: [0.25]}
                network:
                  - conv2d: {filters: 4, kernel: 3, activation: relu}
                  - flatten
                  - dense: 3
                validation: 0.25
                training: {precision: fp32, threads: 1, batch_size: 8, %s}
                """
                        .formatted(training));
    }

    private Cli train(Path recipe, String... more) {
        String[] arguments = {
            "train", recipe.toString(), "--runs-dir", temporary.resolve("runs").toString(), "--json"
        };
        return Cli.run(
                Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new));
    }

    private Path run() {
        return temporary.resolve("runs/train/grays");
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    /** Spoils the compressed pixels; header and chunks stay good. */
    private static void spoil(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int pixels = new String(whole, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
        Arrays.fill(whole, pixels, pixels + 8, (byte) 0xFF);
        CRC32 sum = new CRC32();
        int length = ByteBuffer.wrap(whole).getInt(pixels - 8);
        sum.update(whole, pixels - 4, length + 4);
        ByteBuffer.wrap(whole).putInt(pixels + length, (int) sum.getValue());
        Files.write(file, whole);
    }

    @Test
    void imagesThatCannotBeDecodedAreNamedOnTheConsoleInTheReportAndInTheRecord() throws IOException {
        Path data = images(16);
        // so many that each part has some
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 16; i += 4) {
            for (String label : List.of("black", "white")) {
                names.add(label + "/" + String.format("%03d.png", i));
                spoil(data.resolve(names.get(names.size() - 1)));
            }
        }
        Cli cli = train(recipe("epochs: 1"));
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        String record = json(run().resolve("run.json"))
                .path("conclusions")
                .path("left_out")
                .asString();
        String page = Files.readString(run().resolve("report.html"));
        for (String text : List.of(cli.err(), record, page, cli.out())) {
            for (String name : names) {
                assertTrue(text.contains(name), name + " is not in " + text);
            }
        }
        assertTrue(cli.err().contains("images cannot be decoded and are left out"), cli.err());
        assertTrue(record.contains("that could not be decoded"), record);
        assertEquals(names.size(), cli.json().path("skipped").asInt());
        int counted = 0;
        for (JsonNode part : json(run().resolve("run.json")).path("splits")) {
            for (JsonNode count : part.path("counts")) {
                counted += count.asInt();
            }
        }
        assertEquals(48 - names.size(), counted, "what was left out was not trained or measured on");
    }

    @Test
    void aClassWithoutADecodableImageIsRefusedAndLeavesNoRun() throws IOException {
        Path data = images(8);
        for (int i = 0; i < 8; i++) {
            spoil(data.resolve(String.format("gray/%03d.png", i)));
        }
        Cli cli = train(recipe("epochs: 1"));
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.jsonError().contains("no training image of the class 'gray' can be decoded"), cli.out());
        assertFalse(Files.exists(run()), "a run folder was left");
    }

    @Test
    void aRecipeAndARunInTheOldSpellingGoOnWithOneNote() throws IOException {
        images(8);
        Path recipe = recipe("epochs: 1, schedule: constant");
        Files.writeString(recipe, Files.readString(recipe).replace("batch_size", "batchSize"));
        String note = "names are in an old spelling, which is still read; write batch_size for batchSize";
        Cli cli = train(recipe, "--set", "training.clipNorm=2");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.err().contains(note + ", clip_norm for clipNorm"), cli.err());
        assertEquals(2, cli.err().split("old spelling", -1).length, cli.err());
        Path written = run().resolve("recipe.yaml");
        String text = Files.readString(written);
        assertTrue(text.contains("batch_size: 8") && text.contains("clip_norm: 2.0"), text);
        assertFalse(text.contains("batchSize") || text.contains("clipNorm"), text);
        // as a run of before version 0.1 has it
        Files.writeString(written, text.replace("batch_size", "batchSize"));
        Cli resumed = Cli.run("train", "--resume", run().toString(), "--epochs", "2", "--json");
        assertEquals(ExitCode.OK, resumed.exitCode(), resumed.err());
        assertTrue(resumed.err().contains(note), resumed.err());
        assertEquals(2, resumed.json().path("epochs").asInt(), resumed.out());
    }

    @Test
    void aRunThatDivergesAtOnceSaysSoAndLeavesNoClassifier() throws IOException {
        images(16);
        Cli cli = train(recipe("epochs: 9, optimizer: {sgd: {learning_rate: 1.0E+20}}"));
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err());
        assertTrue(cli.jsonError().contains("the training has diverged"), cli.out());
        assertTrue(cli.jsonError().contains("Try a learning rate of"), cli.out());
        assertFalse(Files.exists(run().resolve("classifier.onnx")));
        JsonNode record = json(run().resolve("run.json"));
        assertTrue(record.path("conclusions").path("divergence").asString().contains("diverged"), record.toString());
        Cli classified = Cli.run("inspect", run().toString());
        assertTrue(classified.err().contains("because its training diverged"), classified.err());
    }

    @Test
    void aRunThatDivergesLaterHandsOverItsBestEpochAndEndsWithStatus1() throws IOException {
        images(16);
        Path recipe = recipe("epochs: 1, optimizer: {sgd: {learning_rate: 0.01}}, schedule: constant");
        assertEquals(ExitCode.OK, train(recipe).exitCode());
        // the same run with a rate that is far too high from now on
        for (String file : List.of("recipe.yaml", "last/progress.json")) {
            Path changed = run().resolve(file);
            Files.writeString(
                    changed,
                    Files.readString(changed)
                            .replace("learning_rate: 0.01", "learning_rate: 1.0E20")
                            .replace("learningRate=0.01", "learningRate=1.0E20"));
        }
        Cli cli = Cli.run("train", "--resume", run().toString(), "--epochs", "5", "--json");
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err());
        assertEquals("diverged", cli.json().path("stopped").asString());
        assertEquals(1, cli.json().path("kept_epoch").asInt());
        assertTrue(cli.jsonError().contains("the training has diverged"), cli.out());
        assertTrue(cli.err().contains("The network of epoch 1 is from before that"), cli.err());
        String divergence = json(run().resolve("run.json"))
                .path("conclusions")
                .path("divergence")
                .asString();
        assertTrue(divergence.contains("The network of epoch 1"), divergence);
        assertTrue(Files.readString(run().resolve("report.html")).contains("The training has diverged"));
        // a report that is made again still says so
        Cli report = Cli.run("report", run().toString());
        assertEquals(ExitCode.OK, report.exitCode(), report.err());
        assertTrue(report.out().contains("diverged"), report.out());
    }

    @Test
    void aRunWithAsManyOtherImagesIsNotResumedWhateverPartTheyAreIn() throws IOException {
        Path data = images(16);
        assertEquals(ExitCode.OK, train(recipe("epochs: 1")).exitCode());
        for (int i = 0; i < 16; i += 5) {
            Path file = data.resolve(String.format("black/%03d.png", i));
            byte[] before = Files.readAllBytes(file);
            Files.write(file, Files.readAllBytes(data.resolve(String.format("white/%03d.png", i))));
            Cli cli = Cli.run("train", "--resume", run().toString(), "--epochs", "2");
            assertEquals(ExitCode.FAILURE, cli.exitCode());
            assertTrue(cli.err().contains(run() + " cannot be resumed: " + data + " is not as it was"), cli.err());
            Files.write(file, before);
        }
        assertTrue(Files.exists(run().resolve("classifier.onnx")), "the run stays as it was");
        assertEquals(
                ExitCode.OK,
                Cli.run("train", "--resume", run().toString(), "--epochs", "2").exitCode());
    }

    @Test
    void anOlderRunIsResumedOnWhatItsCheckpointSays() throws IOException {
        images(16);
        assertEquals(ExitCode.OK, train(recipe("epochs: 1")).exitCode());
        Path arguments = run().resolve("args.yaml");
        Files.writeString(arguments, Files.readString(arguments).replaceAll("(?m)^data_digest: .*\n", ""));
        Path progress = run().resolve("last/progress.json");
        Files.writeString(progress, Files.readString(progress).replaceAll("(?s)\"basis\" : \\{.*?\\},\\s*", ""));
        Cli cli = Cli.run("train", "--resume", run().toString(), "--epochs", "2");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.err().contains("warning: this run began with an older version"), cli.err());
    }

    @Test
    void aRunThatEndedBeforeItsFirstCheckpointCanBeStartedOver() throws IOException {
        images(16);
        assertEquals(ExitCode.OK, train(recipe("epochs: 1")).exitCode());
        Cli with = Cli.run("train", "--resume", run().toString(), "--start-over");
        assertEquals(ExitCode.FAILURE, with.exitCode());
        assertTrue(with.err().contains("the run has a checkpoint, which starting over would overwrite"), with.err());
        // as a kill in the first epoch leaves it
        for (String file : List.of("last/network.onnx", "last/progress.json", "last/state.safetensors", "last")) {
            Files.delete(run().resolve(file));
        }
        Cli without = Cli.run("train", "--resume", run().toString());
        assertEquals(ExitCode.FAILURE, without.exitCode());
        assertTrue(
                without.err().contains("ended before its first checkpoint")
                        && without.err().contains("terzi train --resume " + run() + " --start-over"),
                without.err());
        Cli over = Cli.run("train", "--resume", run().toString(), "--start-over");
        assertEquals(ExitCode.OK, over.exitCode(), over.err());
        assertTrue(over.err().contains("starting over in " + run()), over.err());
        assertEquals(ExitCode.USAGE, Cli.run("train", "x.yaml", "--start-over").exitCode());
    }

    @Test
    void aRunFolderInUseIsNamedWithItsProcess() throws IOException {
        images(16);
        assertEquals(ExitCode.OK, train(recipe("epochs: 1")).exitCode());
        try (RunFolder folder = RunFolder.open(run())) {
            assertEquals(run(), folder.path());
            for (List<String> command :
                    List.of(List.of("train", "--resume", run().toString()), List.of("report", run().toString()))) {
                Cli cli = Cli.run(command.toArray(String[]::new));
                assertEquals(ExitCode.FAILURE, cli.exitCode(), command.toString());
                assertTrue(
                        cli.err().contains(run() + ": another run works in this folder")
                                && cli.err()
                                        .contains(String.valueOf(
                                                ProcessHandle.current().pid())),
                        cli.err());
            }
        }
        assertEquals(ExitCode.OK, Cli.run("train", "--resume", run().toString()).exitCode());
    }

    @Test
    void aRecipeInUtf16IsReadAndOneInLatin1NamesItsLine() throws IOException {
        images(8);
        String text = Files.readString(recipe("epochs: 1"));
        Path marked =
                Files.write(temporary.resolve("utf16.yaml"), ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE));
        assertEquals(ExitCode.OK, train(marked).exitCode());
        Path latin = Files.write(
                temporary.resolve("latin.yaml"),
                ("description: caf\u00e9\n" + text).getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(train(latin).jsonError().contains("latin.yaml:1: expected text in UTF-8"));
    }

    @Test
    void dataThatIsNotThereIsLookedForBesideTheRecipeAndSaysSo() throws IOException {
        Cli cli = train(recipe("epochs: 1"));
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.jsonError().contains("recipe.yaml: data: "), cli.out());
        assertTrue(cli.jsonError().contains("--data"), cli.out());
    }
}
