package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.Grouping;
import terzi.training.run.Cancellation;

class FineTuningTest {
    @TempDir
    private Path folder;

    /** The exception says that the same request goes on, so its folder must be free again. */
    @Test
    void aCancelledRequestCanBeRunAgainInItsFolder() throws IOException {
        Path run = folder.resolve("run");
        FineTuning request = FineTuning.on(Photos.folder(folder.resolve("images"), 60))
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString()))
                .withTarget(RunTarget.defaults().withFolder(run));
        Cancellation cancellation = new Cancellation();
        FineTuning cancelled = request.withCancellation(cancellation);
        assertThrows(
                CancellationException.class,
                () -> cancelled.run(event -> {
                    if (event.toString().contains("run folder")) {
                        cancellation.request();
                    }
                }));
        assertFalse(Files.exists(run), "the folder of a run without results is left");
        assertTrue(Files.exists(request.run().classifier()));
    }

    @Test
    void groupsAreNamedKeptAndWrittenDown() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        for (Path file : files(images)) { // 60 images by 12 shops: 0.png is of shop 0, 3.png of shop 1
            int number = Integer.parseInt(file.getFileName().toString().replace(".png", ""));
            Files.move(file, file.resolveSibling("shop" + number / 3 % 12 + "__" + number + ".png"));
        }
        List<String> told = new ArrayList<>();
        FineTuning request = FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString()))
                .withTestShare(0)
                .withFolds(20)
                .withTarget(RunTarget.defaults().withFolder(folder.resolve("run")));
        FineTuned run = request.run(event -> told.add(event.toString()));
        assertTrue(has(told, "groups: the part of the file name before '__' (12 groups)"), told.toString());
        assertTrue(has(told, "12 folds instead of 20: there are only 12 groups of images to divide"), told.toString());
        assertTrue(Files.readString(run.folder().resolve("args.yaml")).contains("groups: \"auto\""));

        Path list = run.folder().resolve("split.csv");
        DatasetSplits again =
                Datasets.open(list.toString(), DatasetOptions.defaults().withHeldOut(0, 0));
        Dataset all = again.train();
        Map<String, Set<String>> shops = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            shops.computeIfAbsent(all.columns(i).get("group"), g -> new HashSet<>())
                    .add(all.id(i).replaceAll(".*/(shop\\d+)__.*", "$1"));
        }
        assertEquals(12, shops.size());
        assertTrue(shops.values().stream().allMatch(names -> names.size() == 1), shops.toString());

        FineTuned plain = request.withGroups(new Grouping.None())
                .withFolds(2)
                .withFolder(folder.resolve("plain"))
                .run();
        assertEquals(
                "path,label,split",
                Files.readAllLines(plain.folder().resolve("split.csv")).get(0));
        assertTrue(Files.readString(plain.folder().resolve("args.yaml")).contains("groups: \"none\""));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static boolean has(List<String> told, String text) {
        return told.stream().anyMatch(line -> line.contains(text));
    }
}
