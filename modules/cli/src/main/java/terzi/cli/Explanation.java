package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import terzi.data.DatasetReport;
import terzi.data.Labels;
import terzi.evaluation.report.Counted;
import terzi.files.FileNames;
import terzi.images.Image;
import terzi.inference.HeatMap;
import terzi.inference.ImageClassifier;
import terzi.inference.InferenceException;
import terzi.inference.Outputs;

/** The work of {@code terzi explain}: classify, ask for the heat of a class, draw, and tell. */
final class Explanation {
    private static final String SUFFIX = "-explained";

    private final Console console;
    private final ImageClassifier classifier;
    private final ClassMaps maps;
    private final Request request;
    private final @Nullable Path folder;
    private final Set<Path> written = new HashSet<>();
    private final List<Map<String, Object>> answers = new ArrayList<>();
    private final List<Path> sheets = new ArrayList<>();
    private ContactSheet sheet = new ContactSheet();
    private int failed;

    /**
     * What the command line asks for.
     *
     * @param label the class to explain, or null for the likeliest one of each image
     * @param target a PNG file or a folder, or null for the usual place
     */
    record Request(
            List<String> images, @Nullable String label, @Nullable Path target, MapChoice map, RuntimeChoice runtime) {
        Request {
            images = List.copyOf(images);
            if (target != null && isPng(target) && images.size() > 1) {
                throw new IllegalArgumentException(
                        "--to: " + images.size() + " images need a folder to be written to, not the file " + target);
            }
        }
    }

    private Explanation(
            Console console, ImageClassifier classifier, ClassMaps maps, Request request, @Nullable Path folder) {
        this.console = console;
        this.classifier = classifier;
        this.maps = maps;
        this.request = request;
        this.folder = folder;
    }

    static int run(Console console, Path model, Request request) throws IOException {
        Path file = ClassifierLocation.find(model);
        ImageArguments.Expanded expanded = ImageArguments.expand(request.images());
        expanded.warn(console);
        List<ImageArguments.Named> images = expanded.images();
        Path folder = folder(request, images);
        if (!Canvas.hasFonts()) {
            console.warn("this Java has no font, so nothing is written below the images"
                    + " (Debian: apt install fontconfig fonts-dejavu-core)");
        }
        try (ImageClassifier classifier =
                        ImageClassifier.load(file, request.runtime().options());
                ClassMaps maps = ClassMaps.open(file, classifier, request.map())) {
            Explanation explanation = new Explanation(console, classifier, maps, request, folder);
            int label = explanation.wantedLabel();
            try (ProgressLine progress = ProgressLine.start(console, "explaining", images.size(), "images")) {
                for (int i = 0; i < images.size(); i++) {
                    explanation.explain(images.get(i), label);
                    progress.to(i + 1);
                }
            }
            return explanation.finish(file, expanded.report());
        }
    }

    /** The folder that several images go to, or null for one that has a file of its own. */
    private static @Nullable Path folder(Request request, List<ImageArguments.Named> names) throws IOException {
        Path target = request.target();
        boolean isFolder = target != null && (Files.isDirectory(target) || !isPng(target));
        boolean isOneFile = names.size() == 1
                && request.images().size() == 1
                && !Files.isDirectory(FileNames.resolve(request.images().get(0)));
        if (isOneFile) {
            return isFolder ? target : null;
        }
        if (target != null && !isFolder) {
            throw new IOException(
                    "--to: " + names.size() + " images need a folder to be written to, not the file " + target);
        }
        return target == null ? Path.of("explained") : target;
    }

    private static boolean isPng(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    /** Index of the label that the user named, or -1. */
    private int wantedLabel() throws IOException {
        List<String> labels = classifier.info().labels();
        if (request.label() == null) {
            return -1;
        }
        int index = Labels.indexOf(labels, request.label());
        if (index < 0) {
            throw new IOException("--class: the classifier knows no label '" + request.label() + "'; it knows "
                    + String.join(", ", labels));
        }
        return index;
    }

    private void explain(ImageArguments.Named named, int wanted) throws IOException {
        String name = named.name();
        Image image;
        try {
            image = ImageArguments.read(console, named);
        } catch (IOException e) {
            tellFailure(name, e);
            return;
        }
        Outputs outputs;
        try {
            outputs = classifier.run(List.of(image));
        } catch (InferenceException e) {
            tellFailure(name, new IOException(name + ": " + e.getMessage(), e));
            return;
        }
        float[] probabilities = outputs.probabilities()[0];
        int top = likeliest(probabilities);
        int label = wanted < 0 ? top : wanted;
        HeatMap heat = maps.map(image, outputs, label);
        ExplainedImage explained =
                new ExplainedImage(heat.draw(image), score(label, probabilities), detail(label, top, probabilities));
        Path target = target(named);
        Canvas.save(explained.withCaption(), target);
        if (folder != null) {
            if (sheet.isFull()) {
                saveSheet();
            }
            sheet.add(explained, fileName(named));
        }
        tell(name, target, image, heat, label, top, probabilities);
    }

    private void tellFailure(String name, IOException failure) {
        failed++;
        console.error(failure);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", name);
        answer.put("error", Failures.describe(failure));
        answers.add(answer);
    }

    private String detail(int label, int top, float[] probabilities) {
        String other = label == top ? "" : "the classifier says " + score(top, probabilities) + "  ·  ";
        return other + maps.method();
    }

    private static int likeliest(float[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }

    private String score(int label, float[] probabilities) {
        return String.format(
                Locale.ROOT, "%s %.1f %%", classifier.info().labels().get(label), probabilities[label] * 100);
    }

    /** Never an image that is there to be explained: what is written has a name of its own. */
    private Path target(ImageArguments.Named named) throws IOException {
        Path given = request.target();
        if (folder == null && given != null) {
            Path path = named.path();
            if (path != null && Files.exists(given) && Files.isSameFile(given, path)) {
                throw new IOException("--to: " + given + " is the image itself; choose another file to write");
            }
            return given;
        }
        Path in = folder == null ? Path.of("") : folder;
        String base = baseName(named);
        Path target = in.resolve(base + SUFFIX + ".png");
        for (int number = 2; !written.add(target); number++) {
            target = in.resolve(base + SUFFIX + "-" + number + ".png");
        }
        return target;
    }

    private static String fileName(ImageArguments.Named named) {
        return named.path() == null ? "stdin" : FileNames.last(named.path());
    }

    private static String baseName(ImageArguments.Named named) {
        String file = fileName(named);
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    private void tell(String name, Path target, Image image, HeatMap heat, int label, int top, float[] probabilities) {
        HeatMap.Place peak = heat.peak();
        HeatText text = HeatText.of(heat, image);
        String where = heat.isEmpty() ? "no region supports this class" : text.sentence();
        console.print(name + ": " + score(label, probabilities)
                + (label == top ? "" : " (says " + score(top, probabilities) + ")") + ", " + where + " -> " + target);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", name);
        answer.put("label", classifier.info().labels().get(label));
        answer.put("probability", probabilities[label]);
        answer.put("likeliest", classifier.info().labels().get(top));
        answer.put("heat", heat.isEmpty() ? "none" : "found");
        answer.put("peak_x", peak.x());
        answer.put("peak_y", peak.y());
        if (!heat.isEmpty()) {
            answer.put("region", text.region());
            answer.put("region_share", text.share());
        }
        answer.put("png", target.toString());
        answers.add(answer);
    }

    private void saveSheet() throws IOException {
        int number = sheets.size() + 1;
        Path target =
                Objects.requireNonNull(folder).resolve("contact-sheet" + (number == 1 ? "" : "-" + number) + ".png");
        Canvas.save(sheet.draw(), target);
        sheets.add(target);
        sheet = new ContactSheet();
    }

    private int finish(Path file, DatasetReport report) throws IOException {
        if (folder != null && !sheet.isEmpty()) {
            saveSheet();
        }
        sheets.forEach(one -> console.print("all together: " + one));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model", file.toString());
        answer.put("device", classifier.device().toString());
        answer.put("method", maps.method());
        answer.put("explained", answers.size() - failed);
        answer.put("failed", failed);
        answer.put("folders_left_out", DataReport.leftOut(report));
        answer.put("images", answers);
        answer.put("contact_sheets", sheets.stream().map(Path::toString).toList());
        console.json(answer);
        if (failed > 0 && answers.size() > 1) {
            console.error(failed + " of " + Counted.of(answers.size(), "image") + " could not be explained");
        }
        return failed > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }
}
