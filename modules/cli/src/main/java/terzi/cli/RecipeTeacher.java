package terzi.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.inference.ClassifierInfo;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.training.Distillation;
import terzi.training.Recipe;
import terzi.training.Teaching;
import terzi.vision.DatasetSplits;

/** The classifier file that a recipe names as its teacher. */
final class RecipeTeacher implements AutoCloseable {
    private final @Nullable ImageClassifier classifier;
    private final @Nullable Teaching teaching;

    private RecipeTeacher(@Nullable ImageClassifier classifier, @Nullable Teaching teaching) {
        this.classifier = classifier;
        this.teaching = teaching;
    }

    /**
     * @param data what is learned from; a teacher that knows its test pictures is warned of
     * @param otherwise opens the same data, divided in another way
     * @throws IOException if the file cannot be read, or is for other labels or other pictures
     */
    static RecipeTeacher of(Console console, Recipe recipe, DatasetSplits data, DataDescription.Opening otherwise)
            throws IOException {
        Distillation settings = recipe.teacher();
        if (settings == null) {
            return new RecipeTeacher(null, null);
        }
        if (!Files.exists(settings.classifier())) {
            throw new IOException(settings.classifier() + ": the recipe's teacher is not there");
        }
        Path file = ClassifierLocation.find(settings.classifier());
        int threads = recipe.training().threads();
        ClassifierOptions options = ClassifierOptions.defaults();
        ImageClassifier loaded = ImageClassifier.load(file, threads == 0 ? options : options.withThreads(threads));
        try {
            int[] places = places(file, loaded.info(), data.labels());
            requireChannels(file, loaded.info(), recipe);
            Teaching.Teacher teacher = (pixels, width, height) -> answer(loaded, places, pixels, width, height);
            Optional<DataDescription> taught = DataDescription.in(loaded.info().metadata());
            if (taught.isPresent() && taught.get().knowsTestPictures(data, otherwise)) {
                console.warn("the teacher learned from the same pictures, divided with seed "
                        + taught.get().seed() + ": it knows some that are tested here, which may flatter the result;"
                        + " an honest one needs its seed and its shares");
            }
            console.progress("taught by " + file + ", on " + loaded.device());
            String digest = RunReport.digest(file);
            String name = digest.isEmpty() ? file.getFileName().toString() : digest;
            return new RecipeTeacher(loaded, new Teaching(teacher, name, settings));
        } catch (IOException | RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /** Null without a teacher. */
    @Nullable Teaching teaching() {
        return teaching;
    }

    private static float[] answer(ImageClassifier classifier, int[] places, ByteBuffer pixels, int width, int height) {
        float[] logits = classifier.run(pixels, 1, height, width).logits()[0];
        float temperature = classifier.info().temperature();
        float[] ordered = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            ordered[i] = logits[places[i]] / temperature;
        }
        return ordered;
    }

    /** Where the teacher has each label. */
    private static int[] places(Path file, ClassifierInfo info, List<String> labels) throws IOException {
        if (!new HashSet<>(info.labels()).equals(new HashSet<>(labels))) {
            throw new IOException("teacher " + file + " knows the labels " + info.labels() + ", the data has " + labels
                    + "; a teacher must know the same labels");
        }
        return labels.stream().mapToInt(info.labels()::indexOf).toArray();
    }

    private static void requireChannels(Path file, ClassifierInfo info, Recipe recipe) throws IOException {
        int channels = recipe.input().channels().count();
        if (info.channels() != channels) {
            throw new IOException("teacher " + file + " takes pictures of " + info.channels()
                    + " channels, the recipe's input has " + channels + "; set input.channels to the teacher's");
        }
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
