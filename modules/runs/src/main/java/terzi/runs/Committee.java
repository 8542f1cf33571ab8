package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import terzi.data.augment.Flip;
import terzi.images.Image;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

/**
 * Classifiers that answer together: the mean of their calibrated probabilities (an ensemble), and of those for the mirrored
 * image where that is wanted (test-time augmentation). Most have one member, and then its answer is the answer.
 */
final class Committee implements AutoCloseable {
    private final List<OpenedModel> members;
    private final boolean mirrored;

    private Committee(List<OpenedModel> members, boolean mirrored) {
        this.members = members;
        this.mirrored = mirrored;
    }

    /**
     * @param models at least one classifier file, folder with one in it, or network
     * @param facts about those that are bare networks
     * @throws IOException when one cannot be read, or knows other labels than the first
     */
    static Committee load(
            List<Path> models,
            NetworkFacts facts,
            Evaluating.TestTimeAugmentation augmentation,
            ClassifierOptions options)
            throws IOException {
        Committee committee =
                new Committee(new ArrayList<>(), augmentation == Evaluating.TestTimeAugmentation.MIRRORED);
        try {
            for (Path model : models) {
                committee.add(OpenedModel.open(model, facts, options));
            }
            OpenedModel.requireUse(facts, committee.members);
            return committee;
        } catch (IOException | RuntimeException e) {
            committee.close();
            throw e;
        }
    }

    private void add(OpenedModel opened) throws IOException {
        Path file = opened.file();
        ImageClassifier classifier = opened.classifier();
        List<String> own = classifier.info().labels();
        List<String> wanted = members.isEmpty() ? own : labels();
        if (!new HashSet<>(own).equals(new HashSet<>(wanted))) {
            classifier.close();
            throw new IOException(file + ": knows the labels " + own + ", " + file() + " knows " + wanted
                    + "; only classifiers for the same labels can answer together");
        }
        members.add(opened);
    }

    /** The first member, which says what the images are and in which order the labels come. */
    ImageClassifier first() {
        return members.get(0).classifier();
    }

    /** The first member's file. */
    Path file() {
        return members.get(0).file();
    }

    List<Path> files() {
        return members.stream().map(OpenedModel::file).toList();
    }

    /** All but the first. */
    List<OpenedModel> others() {
        return members.subList(1, members.size());
    }

    List<String> labels() {
        return first().info().labels();
    }

    boolean isMirrored() {
        return mirrored;
    }

    /** Whether the answer is one classifier's to the image as it is, so that it can be said of its file. */
    boolean isAlone() {
        return answers() == 1;
    }

    /** Whether the answer is that of one classifier file, and not of a bare network. */
    boolean isOneClassifierFile() {
        return isAlone() && first().info().formatVersion() > 0;
    }

    /** How many answers make one. */
    int answers() {
        return members.size() * (mirrored ? 2 : 1);
    }

    /** {@code 2 classifiers (a.onnx, b.onnx), each about the image and its mirror image}, for people. */
    String description() {
        String who = members.size() == 1
                ? "1 classifier"
                : members.size() + " classifiers ("
                        + members.stream()
                                .map(member -> member.file().toString())
                                .collect(Collectors.joining(", "))
                        + ")";
        return who + (mirrored ? (members.size() == 1 ? "" : ", each") + " about the image and its mirror image" : "");
    }

    /** @return {@code [images, K]}, each row adding up to 1, in the order of {@link #labels} */
    List<float[]> probabilities(List<Image> images) {
        List<float[]> sums =
                images.stream().map(image -> new float[labels().size()]).toList();
        for (OpenedModel member : members) {
            add(member, images, sums);
            if (mirrored) {
                add(member, images.stream().map(Flip::mirrored).toList(), sums);
            }
        }
        return sums;
    }

    private void add(OpenedModel member, List<Image> images, List<float[]> sums) {
        List<Prediction> predictions = member.classifier().classify(images);
        List<String> own = member.classifier().info().labels();
        int[] places = labels().stream().mapToInt(own::indexOf).toArray();
        for (int i = 0; i < sums.size(); i++) {
            float[] probabilities = predictions.get(i).probabilities();
            float[] sum = sums.get(i);
            for (int c = 0; c < sum.length; c++) {
                sum[c] += probabilities[places[c]] / answers();
            }
        }
    }

    @Override
    public void close() {
        members.forEach(member -> member.classifier().close());
    }
}
