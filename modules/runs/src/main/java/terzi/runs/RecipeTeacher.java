package terzi.runs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.data.DatasetSplits;
import terzi.evaluation.TemperatureScaling;
import terzi.inference.ClassifierInfo;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.Recipe;
import terzi.training.run.Teaching;

/** The classifier files that a recipe names as its teacher: one, or several that answer together. */
final class RecipeTeacher implements AutoCloseable {
    private final List<Member> members = new ArrayList<>();
    private @Nullable Teaching teaching;

    /** @param places where it has each label of the data */
    private record Member(Path file, ImageClassifier classifier, List<Integer> places) {
        /** Those of its calibrated probabilities, in the order of the data's labels. */
        float[] logits(ByteBuffer pixels, int width, int height) {
            float[] logits =
                    classifier.run(pixels.duplicate(), 1, height, width).logits()[0];
            float temperature = classifier.info().temperature();
            float[] ordered = new float[places.size()];
            for (int i = 0; i < ordered.length; i++) {
                ordered[i] = logits[places.get(i)] / temperature;
            }
            return ordered;
        }

        String name() throws IOException {
            String digest = RunReport.digest(file);
            return digest.isEmpty() ? file.getFileName().toString() : digest;
        }
    }

    private RecipeTeacher() {}

    /**
     * @param data what is learned from; a teacher that knows its test images is warned of
     * @param otherwise opens the same data, divided in another way
     * @throws IOException if a file cannot be read, or is for other labels or other images
     */
    static RecipeTeacher of(RunLog log, Recipe recipe, DatasetSplits data, DataDescription.Opening otherwise)
            throws IOException {
        RecipeTeacher teacher = new RecipeTeacher();
        Distillation settings = recipe.teacher();
        if (settings == null) {
            return teacher;
        }
        try {
            List<String> names = new ArrayList<>();
            for (Path file : settings.classifier()) {
                names.add(teacher.add(file, log, recipe, data, otherwise).name());
            }
            log.step("taught by "
                    + teacher.members.stream()
                            .map(member -> member.file + ", on " + member.classifier.device())
                            .collect(Collectors.joining("; ")));
            teacher.teaching = new Teaching(teacher::answer, String.join(", ", names), settings);
            return teacher;
        } catch (IOException | RuntimeException e) {
            teacher.close();
            throw e;
        }
    }

    private Member add(Path named, RunLog log, Recipe recipe, DatasetSplits data, DataDescription.Opening otherwise)
            throws IOException {
        if (!Files.exists(named)) {
            throw new IOException(named + ": the recipe's teacher is not there");
        }
        Path file = ClassifierLocation.find(named);
        int threads = recipe.training().execution().threads();
        ClassifierOptions options = ClassifierOptions.defaults();
        ImageClassifier loaded = ImageClassifier.load(file, threads == 0 ? options : options.withThreads(threads));
        try {
            Member member = new Member(file, loaded, places(file, loaded.info(), data.labels()));
            requireChannels(file, loaded.info(), recipe);
            Optional<DataDescription> taught = DataDescription.in(loaded.info().metadata());
            if (taught.isPresent() && taught.get().knowsTestImages(data, otherwise)) {
                log.warn("the teacher " + file + " learned from the same images, divided with seed "
                        + taught.get().seed() + ": it knows some that are tested here, which may flatter the result;"
                        + " an honest one needs its seed and its shares");
            }
            members.add(member);
            return member;
        } catch (IOException | RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /** Null without a teacher. */
    @Nullable Teaching teaching() {
        return teaching;
    }

    /** Of several, the logarithm of the mean of their probabilities. */
    private float[] answer(ByteBuffer pixels, int width, int height) {
        float[][] logits = new float[members.size()][];
        for (int m = 0; m < logits.length; m++) {
            logits[m] = members.get(m).logits(pixels, width, height);
        }
        return logits.length == 1 ? logits[0] : together(logits);
    }

    /** @param logits a row for each teacher, {@code [teachers, K]} */
    static float[] together(float[][] logits) {
        float[][] probabilities = TemperatureScaling.softmax(logits, 1);
        float[] answer = new float[logits[0].length];
        for (int i = 0; i < answer.length; i++) {
            double sum = 0;
            for (float[] row : probabilities) {
                sum += row[i];
            }
            answer[i] = (float) Math.log(Math.max(sum / logits.length, Float.MIN_NORMAL));
        }
        return answer;
    }

    /** Where the teacher has each label. */
    private static List<Integer> places(Path file, ClassifierInfo info, List<String> labels) throws IOException {
        if (!new HashSet<>(info.labels()).equals(new HashSet<>(labels))) {
            throw new IOException("teacher " + file + " knows the labels " + info.labels() + ", the data has " + labels
                    + "; a teacher must know the same labels");
        }
        return labels.stream().map(info.labels()::indexOf).toList();
    }

    private static void requireChannels(Path file, ClassifierInfo info, Recipe recipe) throws IOException {
        int channels = recipe.input().channels().count();
        if (info.channels() != channels) {
            throw new IOException("teacher " + file + " takes images of " + info.channels()
                    + " channels, the recipe's input has " + channels + "; set input.channels to the teacher's");
        }
    }

    @Override
    public void close() {
        members.forEach(member -> member.classifier.close());
    }
}
