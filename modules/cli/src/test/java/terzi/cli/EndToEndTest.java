package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.data.augment.Flip;
import terzi.evaluation.Predictions;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.MetadataKeys;
import terzi.images.Image;
import terzi.inference.ImageClassifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a dataset made here to a classifier and its answers, through the command line alone. */
class EndToEndTest {
    private static final int SIZE = 12;

    @TempDir
    static Path folder;

    private static Path run;

    /** Class 0 has rows, class 1 columns, class 2 diagonals; a little noise makes every image another one. */
    private static byte[] stripes(int kind, int index) {
        byte[] pixels = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                boolean bright = (kind == 0 ? y : kind == 1 ? x : x + y) / 2 % 2 == 0;
                pixels[y * SIZE + x] = (byte) ((bright ? 180 : 20) + (x * 31 + y * 17 + index * 7) % 50);
            }
        }
        return pixels;
    }

    private static void idx(Path target, String part, int count) throws IOException {
        idx(target, part, count, count + 1);
    }

    /** Images of three classes in turn; every {@code wrong}-th has the label of the next class. */
    private static void idx(Path target, String part, int count, int wrong) throws IOException {
        Files.createDirectories(target);
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream imageData = new DataOutputStream(images);
        DataOutputStream labelData = new DataOutputStream(labels);
        for (int number : new int[] {0x803, count, SIZE, SIZE}) {
            imageData.writeInt(number);
        }
        labelData.writeInt(0x801);
        labelData.writeInt(count);
        for (int i = 0; i < count; i++) {
            imageData.write(stripes(i % 3, i));
            labelData.write((i % wrong == wrong - 1 ? i + 1 : i) % 3);
        }
        Files.write(target.resolve(part + "-images-idx3-ubyte"), images.toByteArray());
        Files.write(target.resolve(part + "-labels-idx1-ubyte"), labels.toByteArray());
    }

    private static Path recipe(String name, String from, String to) throws IOException {
        String recipe =
                """
                name: stripes
                data: stripes
                input: {width: 12, height: 12, channels: gray, scale: 1/255, mean: [0.5], std: [0.25]}
                network:
                  - conv2d: {filters: 4, kernel: 3, activation: relu}
                  - max_pool: 2
                  - flatten
                  - dense: 3
                validation: 0.2
                training:
                  epochs: 2
                  batch_size: 32
                  optimizer: {adam: {learning_rate: 0.01}}
                  precision: fp32
                  threads: 1
                """;
        return Files.writeString(folder.resolve(name), recipe.replace(from, to));
    }

    @BeforeAll
    static void train() throws IOException {
        idx(folder.resolve("stripes"), "train", 240);
        idx(folder.resolve("stripes"), "t10k", 60);
        Path recipe = recipe("recipe.yaml", "", "");
        Cli cli = Cli.run(
                "train", recipe.toString(), "--runs-dir", folder.resolve("runs").toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        run = Path.of(cli.json().path("run").asString());
        assertEquals(folder.resolve("runs/train/stripes"), run);
        assertEquals(60, cli.json().path("metrics").path("count").asInt());
        assertTrue(cli.json().path("parity").asDouble() <= 1e-4);
        assertTrue(cli.err().contains("epoch 2/2"), cli.err());
    }

    /** Of 300 images every tenth has a wrong label: 30, most of which a classifier of the right ones finds. */
    @Test
    void aDatasetIsCheckedForWrongLabelsWithTheRun() throws IOException {
        Path data = folder.resolve("mislabelled");
        idx(data, "train", 240, 10);
        idx(data, "t10k", 60, 10);
        Path list = folder.resolve("wrong.csv");
        String[] check = {"data", "check", data.toString(), "--no-duplicates", "--model", run.toString()};
        Cli cli = Cli.run(with(check, "--label-errors", list.toString()));
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.out().contains("\nlabels: about "), cli.out());
        JsonNode json = Cli.run(with(check, "--json")).json().path("label_check");
        assertEquals(300, json.path("errors").path("images").asInt());
        int suspects = json.path("errors").path("suspects").size();
        assertEquals(suspects, Files.readAllLines(list).size() - 1);
        assertTrue(suspects >= 15 && suspects <= 60, cli.out());
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void labelsThatTheClassifierWasTrainedOnAreNotJudgedInSilence() {
        Cli cli = Cli.run(
                "data", "check", folder.resolve("stripes").toString(), "--no-duplicates", "--model", run.toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.out().contains("the classifier was trained on this dataset"), cli.out());
    }

    @Test
    void theRunFolderHoldsEverything() {
        for (String file : new String[] {
            "args.yaml",
            "recipe.yaml",
            "training_history.csv",
            "report.html",
            "run.json",
            "kept",
            "last",
            "classifier.onnx",
            "metrics.json",
            "classification_report.txt",
            "confusion_matrix.csv",
            "predictions.csv"
        }) {
            assertTrue(Files.exists(run.resolve(file)), file);
        }
    }

    @Test
    void withoutATestNoTestImageIsAnsweredUntilTheRunIsResumed() throws IOException {
        Path recipe = recipe("untested.yaml", "", "");
        String runs = folder.resolve("runs").toString();
        Cli cli = Cli.run("train", recipe.toString(), "--no-test", "--name", "untested", "--runs-dir", runs, "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertEquals("validation", cli.json().path("measured_on").asString());
        assertEquals(48, cli.json().path("metrics").path("count").asInt());
        Path untested = Path.of(cli.json().path("run").asString());
        assertTrue(cli.err().contains("the test images were left unseen"), cli.err());
        assertTrue(cli.err().contains("terzi train --resume " + untested), cli.err());
        assertEquals(49, Files.readAllLines(untested.resolve("predictions.csv")).size());
        assertTrue(Files.readString(untested.resolve("report.html")).contains("validation images (95\u00a0% interval"));
        byte[] network = Files.readAllBytes(untested.resolve("kept/network.onnx"));

        Cli chosen = Cli.run("train", "--resume", untested.toString(), "--json");
        assertEquals("test", chosen.json().path("measured_on").asString(), chosen.err());
        assertEquals(60, chosen.json().path("metrics").path("count").asInt());
        assertArrayEquals(network, Files.readAllBytes(untested.resolve("kept/network.onnx")));
        JsonNode made = JsonMapper.shared()
                .readTree(Files.readString(untested.resolve("run.json")))
                .path("provenance");
        assertTrue(made.path("command").asString().contains(" --no-test --name untested "), made.toString());
        assertEquals(
                "terzi train --resume " + untested + " --json",
                made.path("resumed_with").asString());
        assertEquals("cpu, 1 thread, fp32", made.path("trained_on").asString());
    }

    @Test
    void theReportTellsFromWhereOnImagesWereShownAsTheyAre() throws IOException {
        Path recipe = recipe("plain.yaml", "epochs: 2", "epochs: 2\n  plain_epochs: 1\n  mix: {mixup: {alpha: 0.2}}");
        String runs = folder.resolve("runs").toString();
        Cli cli = Cli.run("train", recipe.toString(), "--name", "plain", "--runs-dir", runs, "--json");
        Path plain = Path.of(cli.json().path("run").asString());
        assertTrue(Files.readString(plain.resolve("report.html")).contains("From epoch 2 on"));

        Path again = folder.resolve("again");
        assertEquals(
                ExitCode.OK,
                Cli.run("report", plain.toString(), "--output", again.toString())
                        .exitCode());
        assertTrue(Files.readString(again.resolve("report.html")).contains("From epoch 2 on"));

        // a record of before there were such epochs, or keeping the last
        String record = Files.readString(plain.resolve("run.json"));
        Files.writeString(
                plain.resolve("run.json"),
                record.replaceFirst(",\\s*\"plain_from\" : 2", "").replace("kept_epoch", "bestEpoch"));
        Cli older = Cli.run("report", plain.toString(), "--output", again.toString());
        assertEquals(ExitCode.OK, older.exitCode(), older.err());
        assertTrue(Files.readString(again.resolve("run.json")).contains("\"kept_epoch\" : "), "written anew");
        assertFalse(Files.readString(again.resolve("report.html")).contains("From epoch 2 on"));
    }

    @Test
    void evaluateRepeatsTheFiguresOfTheRunFromWhatTheFileSaysAboutItsData() throws IOException {
        Path output = folder.resolve("evaluation");
        Cli cli = Cli.run("evaluate", run.toString(), "--json", "--output", output.toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(Files.readString(run.resolve("metrics.json")), Files.readString(output.resolve("metrics.json")));
        assertEquals("cpu", cli.json().path("device").asString());
    }

    @Test
    void theFileCarriesNoPathAndTheRunBesideItKnowsWhereTheDataLies() throws IOException {
        Path file = run.resolve("classifier.onnx");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains(folder.getParent().toString()), "the file tells a path of this machine");
        assertTrue(bytes.contains("\"source\":\"stripes\""), "the file does not say what it was trained on");

        Path alone = Files.createDirectories(folder.resolve("handed on"));
        Path copy = Files.copy(file, alone.resolve("classifier.onnx"));
        Cli unknown = Cli.run("evaluate", alone.toString());
        assertEquals(ExitCode.FAILURE, unknown.exitCode());
        assertTrue(unknown.err().contains("was trained on 'stripes'"), unknown.err());
        assertTrue(unknown.err().contains("name the images with --data"), unknown.err());
        String stripes = folder.resolve("stripes").toString();
        Cli named = Cli.run("evaluate", alone.toString(), "--data", stripes);
        assertEquals(ExitCode.OK, named.exitCode(), named.err());

        String old;
        try (ImageClassifier classifier = ImageClassifier.load(copy)) {
            old = classifier
                    .info()
                    .metadata()
                    .getOrDefault(MetadataKeys.DATA, "")
                    .replace("\"source\":\"stripes\"", "\"source\":\"" + stripes + "\"");
        }
        assertTrue(old.contains(stripes), old);
        ClassifierFile.updateMetadata(copy, Map.of(MetadataKeys.DATA, old));
        Cli older = Cli.run("evaluate", alone.toString());
        assertEquals(ExitCode.OK, older.exitCode(), older.err());
    }

    @Test
    void aReportIsMadeAgainFromWhatTheRunKeptAndSaysHowToRepeatIt() throws IOException {
        String page = Files.readString(run.resolve("report.html"));
        assertTrue(page.contains("terzi train "), "the command is missing");
        assertTrue(page.contains("data digest"), "the digest is missing");
        assertTrue(page.contains("id=\"training\""), "the curves are missing");
        assertTrue(page.contains("id=\"network\""), "the layers are missing");
        assertTrue(page.contains("on 60 test images, none used in training"), "the summary is missing");
        Path target = folder.resolve("again");
        Cli cli = Cli.run("report", run.toString(), "--output", target.toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertFalse(cli.json().path("measured").asBoolean(true), "it was measured again");
        assertEquals(page, Files.readString(target.resolve("report.html")));
        assertTrue(page.contains(" of them trained."), "the parameters that were trained are missing");
        assertEquals(Files.readString(run.resolve("metrics.json")), Files.readString(target.resolve("metrics.json")));
    }

    @Test
    void aFileWithoutARunIsMeasuredForItsReport() throws IOException {
        Path alone = Files.createDirectories(folder.resolve("alone"));
        Files.copy(run.resolve("classifier.onnx"), alone.resolve("classifier.onnx"));
        Cli cli = Cli.run(
                "report", alone.toString(), "--data", folder.resolve("stripes").toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.out().contains("how good       "), cli.out());
        assertTrue(cli.out().contains("report: " + alone.resolve("report.html")), cli.out());
        Cli nothing = Cli.run("report", folder.resolve("stripes").toString());
        assertEquals(ExitCode.FAILURE, nothing.exitCode());
        assertTrue(nothing.err().contains("there is no classifier.onnx in this folder"), nothing.err());
    }

    @Test
    void runsAreComparedOnlyOnTheSameImages() throws IOException {
        Path same = folder.resolve("on test");
        Path other = folder.resolve("on validation");
        for (Path output : new Path[] {same, other}) {
            String part = output.equals(same) ? "test" : "validation";
            Cli evaluated =
                    Cli.run("evaluate", run.toString(), "--split", part, "--output", output.toString(), "--json");
            assertEquals(ExitCode.OK, evaluated.exitCode(), evaluated.err() + evaluated.out());
        }
        Path page = folder.resolve("pages/comparison.html");
        Cli cli = Cli.run(
                "compare", run.toString(), same.toString(), other.toString(), "--json", "--output", page.toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        JsonNode differences = cli.json().path("differences");
        assertTrue(differences.path(0).path("tested").asBoolean(), cli.out());
        assertEquals(1, differences.path(0).path("p").asDouble());
        assertEquals(0, differences.path(0).path("log_loss").asDouble(1));
        assertEquals(2, differences.path(0).path("log_loss_interval").size());
        assertFalse(differences.path(0).path("real").asBoolean(true));
        assertFalse(differences.path(1).path("tested").asBoolean(true), cli.out());
        assertTrue(differences.path(1).path("sentence").asString().contains("measured on different images"), cli.out());
        assertFalse(cli.err().contains("measured on different images"), "the result says so already: " + cli.err());
        assertTrue(Files.readString(page).contains("do not differ in accuracy"), "the verdict is missing");

        Cli text = Cli.run("compare", run.toString(), same.toString());
        assertTrue(text.out().contains("stripes  "), text.out());
        Cli one = Cli.run("compare", run.toString());
        assertEquals(ExitCode.USAGE, one.exitCode());
        Cli none = Cli.run("compare", run.toString(), folder.resolve("stripes").toString());
        assertEquals(ExitCode.FAILURE, none.exitCode());
        assertTrue(none.err().contains("there is no classifier.onnx in this folder"), none.err());
    }

    /** A network with other labels for its outputs, asked about mirrored images too: what comes out is the mean by label. */
    @Test
    void severalClassifiersAnswerTogether() throws IOException {
        Path file = run.resolve("classifier.onnx");
        Path turned = folder.resolve("turned.onnx");
        ClassifierSpec spec = ClassifierFile.readSpec(file);
        ClassifierFile.write(
                ClassifierFile.readNetwork(file),
                new ClassifierSpec(spec.preprocessing(), List.of("2", "0", "1"), spec.temperature(), spec.metadata()),
                ClassifierFile.readGoldens(file),
                turned);
        Path output = folder.resolve("together");
        Cli cli = Cli.run(
                "evaluate", run.toString(), turned.toString(), "--mirrored", "--json", "--output", output.toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(2, cli.json().path("models").size());
        assertTrue(cli.json().path("mirrored").asBoolean());

        Dataset test = Datasets.open(folder.resolve("stripes").toString(), DatasetOptions.defaults())
                .test()
                .orElseThrow();
        Predictions together = Predictions.read(output.resolve("predictions.csv"));
        assertEquals(test.size(), together.size());
        try (ImageClassifier a = ImageClassifier.load(file);
                ImageClassifier b = ImageClassifier.load(turned)) {
            for (int i = 0; i < together.size(); i++) {
                Image image = test.image(i);
                Image mirror = Flip.mirrored(image);
                for (int c = 0; c < 3; c++) {
                    String label = together.labels().get(c);
                    double mean = 0;
                    for (ImageClassifier one : List.of(a, b)) {
                        for (Image view : List.of(image, mirror)) {
                            mean += one.classify(view)
                                            .probabilities()[one.info().labels().indexOf(label)]
                                    / 4;
                        }
                    }
                    assertEquals(mean, together.probability(i, c), 1e-5, "image " + i + ", label " + label);
                }
            }
        }
        String page = Files.readString(output.resolve("report.html"));
        assertTrue(page.contains("2 classifiers ("), "the page does not say whose answers these are");
        assertFalse(page.contains("id=\"network\""), "the page shows the layers of one of them");
        Cli text = Cli.run("evaluate", run.toString(), "--mirrored");
        assertTrue(text.out().contains("the mean of 2 predictions for each image"), text.out());
    }

    @Test
    void onlyClassifiersForTheSameLabelsAnswerTogether() {
        Path digits = Path.of("../../models/mnist");
        Cli cli = Cli.run("evaluate", run.toString(), digits.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("only classifiers for the same labels can answer together"), cli.err());
    }

    @Test
    void aGateThatIsNotMetIsStatus3() {
        Cli cli = Cli.run("evaluate", run.toString(), "--gate", "accuracy>1", "--gate", "accuracy>=0");
        assertEquals(ExitCode.GATE_FAILED, cli.exitCode());
        assertTrue(cli.out().contains("gate not met: accuracy>1"), cli.out());
        assertTrue(cli.out().contains("gate met: accuracy>=0"), cli.out());
    }

    @Test
    void classifyTellsGoodImagesAndReportsBadOnes() throws IOException {
        Path images = Files.createDirectories(folder.resolve("images ü"));
        Path good = images.resolve("columns.png");
        ImageIO.write(new Image(SIZE, SIZE, 1, stripes(1, 999)).toBufferedImage(), "png", good.toFile());
        Path bad = Files.writeString(images.resolve("zero.png"), "no image");

        Cli one = Cli.run("classify", run.toString(), good.toString(), "--top-k", "1");
        assertEquals(ExitCode.OK, one.exitCode(), one.err());
        assertTrue(one.out().startsWith(good + ": 1 "), one.out());

        Cli both = Cli.run("classify", run.toString(), images.toString(), "--json");
        assertEquals(ExitCode.FAILURE, both.exitCode());
        assertEquals(1, both.json().path("failed").asInt());
        JsonNode answers = both.json().path("images");
        assertEquals("1", answers.path(0).path("top").path(0).path("label").asString());
        assertTrue(answers.path(1).path("error").asString().contains(bad.toString()), both.out());

        Cli piped = Cli.runWithInput(Files.readAllBytes(good), "classify", run.toString(), "-");
        assertTrue(piped.out().startsWith("-: 1 "), piped.out());
    }

    @Test
    void inspectCountsParametersAndChecksTheDigest() throws IOException {
        Cli cli = Cli.run("inspect", run.toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertEquals(4 * 9 + 4 + 100 * 3 + 3, cli.json().path("parameters").asInt());
        assertEquals("fits", cli.json().path("digest").asString());
        assertEquals(3, cli.json().path("labels").size());

        byte[] changed = Files.readAllBytes(run.resolve("classifier.onnx"));
        Path damaged = folder.resolve("changed.onnx");
        String text = new String(changed, java.nio.charset.StandardCharsets.ISO_8859_1);
        int weight = text.indexOf("terzi.metrics") + "terzi.metrics".length() + 20;
        changed[weight] ^= 1;
        Files.write(damaged, changed);
        Cli after = Cli.run("inspect", damaged.toString());
        assertEquals(ExitCode.FAILURE, after.exitCode());
        assertTrue(after.out().contains("does NOT match"), after.out() + after.err());
        assertEquals(
                ExitCode.FAILURE,
                Cli.run("classify", damaged.toString(), "x.png").exitCode());
    }

    @Test
    void aSecondRunGetsItsOwnFolderAndCanBeResumed() throws IOException {
        byte[] first = Files.readAllBytes(run.resolve("classifier.onnx"));
        Path recipe = folder.resolve("recipe.yaml");
        String runs = folder.resolve("runs").toString();
        Cli second = Cli.run("train", recipe.toString(), "--runs-dir", runs, "--epochs", "1");
        assertEquals(ExitCode.OK, second.exitCode(), second.err());
        Path other = folder.resolve("runs/train/stripes-2");
        assertTrue(second.out().contains("classifier: " + other), second.out());
        assertTrue(second.out().contains("images correct (95 % interval"), second.out());
        Cli resumed = Cli.run("train", "--resume", other.toString(), "--epochs", "2", "--json");
        assertEquals(ExitCode.OK, resumed.exitCode(), resumed.err());
        assertEquals(2, resumed.json().path("epochs").asInt());
        double seconds = Files.readAllLines(other.resolve("training_history.csv")).stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
                .sum();
        assertEquals(seconds, resumed.json().path("seconds").asDouble(), 0.02, "the epochs before count as well");
        org.junit.jupiter.api.Assertions.assertArrayEquals(first, Files.readAllBytes(run.resolve("classifier.onnx")));
    }

    @Test
    void aSmallerNetworkLearnsFromAClassifierFile() throws IOException {
        Path taught =
                recipe("taught.yaml", "name: stripes", "name: taught\nteacher: {classifier: " + run + ", weight: 0.7}");
        Cli cli = Cli.run(
                "train", taught.toString(), "--runs-dir", folder.resolve("runs").toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.err().contains("taught by " + run.resolve("classifier.onnx")), cli.err());
        Path pupil = Path.of(cli.json().path("run").asString());
        String bytes = Files.readString(pupil.resolve("classifier.onnx"), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains(folder.getParent().toString()), "the file tells a path of this machine");
        assertTrue(Files.readString(pupil.resolve("run.json")).contains("\"taught_by\" : "));
        Cli resumed = Cli.run("train", "--resume", pupil.toString(), "--epochs", "3");
        assertEquals(ExitCode.OK, resumed.exitCode(), resumed.err());
        Path twice = recipe(
                "twice.yaml", "name: stripes", "name: twice\nteacher: {classifier: [" + run + ", " + pupil + "]}");
        Cli ofTwo = Cli.run(
                "train", twice.toString(), "--runs-dir", folder.resolve("runs").toString(), "--json");
        assertEquals(ExitCode.OK, ofTwo.exitCode(), ofTwo.err() + ofTwo.out());
        assertTrue(ofTwo.err().contains("taught by " + run.resolve("classifier.onnx")), ofTwo.err());
        assertTrue(ofTwo.err().contains("; " + pupil.resolve("classifier.onnx")), ofTwo.err());
        Cli onAllCores = Cli.run(
                "train",
                taught.toString(),
                "--runs-dir",
                folder.resolve("runs").toString(),
                "--set",
                "training.threads=0");
        assertEquals(ExitCode.OK, onAllCores.exitCode(), onAllCores.err());
    }

    @Test
    void aTeacherThatKnowsTestImagesIsWarnedOf() throws IOException {
        Path photos = folder.resolve("photos");
        for (int kind = 0; kind < 3; kind++) {
            Path images = Files.createDirectories(photos.resolve("kind " + kind));
            for (int i = 0; i < 20; i++) {
                Image image = new Image(SIZE, SIZE, 1, stripes(kind, 1000 + i));
                ImageIO.write(
                        image.toBufferedImage(),
                        "png",
                        images.resolve(i + ".png").toFile());
            }
        }
        String runs = folder.resolve("divided").toString();
        Path plain = recipe("divided.yaml", "data: stripes", "data: photos");
        Cli first = Cli.run("train", plain.toString(), "--runs-dir", runs, "--json");
        assertEquals(ExitCode.OK, first.exitCode(), first.err());
        String teacher = "data: photos\nteacher: " + first.json().path("run").asString();
        Path taught = recipe("taught again.yaml", "data: stripes", teacher);
        String warning = "it knows some that are tested here";
        Cli same = Cli.run("train", taught.toString(), "--runs-dir", runs, "--json");
        assertFalse(same.err().contains(warning), same.err());
        Cli other = Cli.run("train", taught.toString(), "--runs-dir", runs, "--seed", "7", "--json");
        assertEquals(ExitCode.OK, other.exitCode(), other.err());
        assertTrue(other.err().contains(warning), other.err());

        String tested = first.json().path("run").asString();
        Cli honest = Cli.run("evaluate", tested, same.json().path("run").asString());
        assertEquals(ExitCode.OK, honest.exitCode(), honest.err());
        assertFalse(honest.err().contains(warning), honest.err());
        Cli flattered = Cli.run("evaluate", tested, other.json().path("run").asString());
        assertEquals(ExitCode.OK, flattered.exitCode(), flattered.err());
        assertTrue(flattered.err().contains(warning), flattered.err());
    }

    @Test
    void aTeacherThatDoesNotFitLeavesNoRun() throws IOException {
        fails(
                recipe("absent.yaml", "name: stripes", "name: bad\nteacher: absent.onnx"),
                "the recipe's teacher is not there");
        Path colour = recipe("colour.yaml", "gray, scale: 1/255, mean: [0.5], std: [0.25]}", "rgb}\nteacher: " + run);
        fails(colour, "takes images of 1 channels, the recipe's input has 3");
        Path others = folder.resolve("others");
        for (String label : new String[] {"a", "b", "c"}) {
            Path images = Files.createDirectories(others.resolve(label));
            for (int i = 0; i < 10; i++) {
                Image image = new Image(SIZE, SIZE, 1, stripes(label.charAt(0) - 'a', i));
                ImageIO.write(
                        image.toBufferedImage(),
                        "png",
                        images.resolve(i + ".png").toFile());
            }
        }
        Path taught = recipe("others.yaml", "name: stripes", "name: bad\nteacher: " + run);
        fails(taught, "a teacher must know the same labels", "--data", others.toString());
        assertFalse(Files.exists(folder.resolve("bad")), "a run folder was made");
    }

    @Test
    void badInputIsMetWithOneClearMessageAndLeavesNoRun() throws IOException {
        fails(recipe("key.yaml", "epochs", "epochz"), "key.yaml:11: unknown key 'epochz'");
        fails(recipe("value.yaml", "epochs: 2", "epochs: 0"), "value.yaml:11: ");
        fails(recipe("head.yaml", "dense: 3", "dense: 4"), "has 4 outputs, but the dataset has 3 classes");
        Path good = folder.resolve("recipe.yaml");
        fails(good, "nothing there", "--data", folder.resolve("missing").toString());
        Path corrupt = folder.resolve("corrupt");
        idx(corrupt, "train", 30);
        idx(corrupt, "t10k", 30);
        byte[] header = Files.readAllBytes(corrupt.resolve("train-images-idx3-ubyte"));
        header[3] = 9;
        Files.write(corrupt.resolve("train-images-idx3-ubyte"), header);
        fails(good, "train-images-idx3-ubyte: expected the IDX magic", "--data", corrupt.toString());
        Path oneClass = Files.createDirectories(folder.resolve("one/cat"));
        ImageIO.write(
                new Image(SIZE, SIZE, 1, stripes(1, 1)).toBufferedImage(),
                "png",
                oneClass.resolve("a.png").toFile());
        fails(good, "at least two classes", "--data", oneClass.getParent().toString());
        fails(good, "unknown key 'trainin'", "--set", "trainin.epochs=3");
        assertFalse(Files.exists(folder.resolve("bad")), "a run folder was made");
        Path file = Files.writeString(folder.resolve("a file"), "");
        Cli cli = Cli.run("train", good.toString(), "--runs-dir", file.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("cannot make a run folder in " + file), cli.err());
    }

    private static void fails(Path recipe, String expected, String... more) {
        String[] arguments = new String[4 + more.length];
        arguments[0] = "train";
        arguments[1] = recipe.toString();
        arguments[2] = "--runs-dir";
        arguments[3] = folder.resolve("bad").toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        Cli cli = Cli.run(arguments);
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains(expected), cli.err());
        assertFalse(cli.err().contains("\tat "), cli.err());
    }
}
