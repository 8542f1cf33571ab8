package terzi.runs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import terzi.data.Labels;
import terzi.files.FileNames;
import terzi.images.Image;
import terzi.inference.HeatMap;
import terzi.inference.ImageClassifier;
import terzi.inference.InferenceException;
import terzi.inference.Outputs;
import terzi.inference.Score;

/**
 * Heat maps of the image regions that support a label, each drawn over its image and written as a PNG file; contact sheets
 * show several of them side by side. An image that cannot be read becomes a {@link FailedImage} and does not end the run;
 * cancellation ends it after the image in progress, with a result for the images so far.
 *
 * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}
 * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on standard input
 * @param standardInput the stream behind {@code -}; {@link System#in} unless changed
 * @param label the label to explain; the likeliest one of each image where it is empty
 * @param target a PNG file for a single image, else a folder; where it is empty, {@code NAME-explained.png} in the current
 *     folder for a single image, and the folder {@code explained} for several
 * @param map the method that computes the maps
 * @param runtime device and threads
 * @param execution its cancellation ends the run early
 */
public record Explaining(
        Path model,
        List<String> images,
        InputStream standardInput,
        Optional<String> label,
        Optional<Path> target,
        MapChoice map,
        RuntimeChoice runtime,
        Execution execution)
        implements Run<Explained> {
    private static final String SUFFIX = "-explained";

    /**
     * Checks and copies the components.
     *
     * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}
     * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on
     *     standard input
     * @param standardInput the stream behind {@code -}; {@link System#in} unless changed
     * @param label the label to explain
     * @param target a PNG file for a single image, else a folder
     * @param map the method that computes the maps
     * @param runtime device and threads
     * @param execution its cancellation ends the run early
     * @throws IllegalArgumentException if {@code -} is given more than once, or the target of several images is a file
     */
    public Explaining {
        images = ImageArguments.requireOneInput(images);
        if (target.filter(Explaining::isPng).isPresent() && images.size() > 1) {
            throw new IllegalArgumentException(needsFolder(images.size(), target.get()));
        }
    }

    /**
     * {@return an explanation of the likeliest label of each image, on the best device}
     *
     * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}
     * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on
     *     standard input
     */
    public static Explaining of(Path model, List<String> images) {
        return new Explaining(
                model,
                images,
                System.in,
                Optional.empty(),
                Optional.empty(),
                MapChoice.AUTO,
                RuntimeChoice.defaults(),
                Execution.defaults());
    }

    /**
     * {@return the same with a stream in the place of {@code -}}
     *
     * @param stream the stream behind {@code -}; {@link System#in} unless changed
     */
    public Explaining withStandardInput(InputStream stream) {
        return new Explaining(model, images, stream, label, target, map, runtime, execution);
    }

    /**
     * {@return the same about one class, whatever the network predicts}
     *
     * @param chosen the label to explain
     */
    public Explaining withLabel(String chosen) {
        return new Explaining(model, images, standardInput, Optional.of(chosen), target, map, runtime, execution);
    }

    /**
     * {@return the same in another place}
     *
     * @param chosen a PNG file for a single image, else a folder
     */
    public Explaining withTarget(Path chosen) {
        return new Explaining(model, images, standardInput, label, Optional.of(chosen), map, runtime, execution);
    }

    /**
     * {@return the same with heat maps of another kind}
     *
     * @param chosen the method that computes the maps
     */
    public Explaining withMap(MapChoice chosen) {
        return new Explaining(model, images, standardInput, label, target, chosen, runtime, execution);
    }

    /**
     * {@return the same on another device or with other threads}
     *
     * @param chosen device and threads
     */
    public Explaining withRuntime(RuntimeChoice chosen) {
        return new Explaining(model, images, standardInput, label, target, map, chosen, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen its cancellation ends the run early
     */
    public Explaining withExecution(Execution chosen) {
        return new Explaining(model, images, standardInput, label, target, map, runtime, chosen);
    }

    @Override
    public Explained run(RunListener listener) throws IOException {
        return run(listener, entry -> {});
    }

    /**
     * {@return as {@link #run(RunListener)}, with each entry handed over as soon as its PNG file is written}
     *
     * @param listener receives the progress
     * @param each receives each entry, in the calling thread
     * @throws IOException as there
     */
    public Explained run(RunListener listener, Consumer<? super Explained.Entry> each) throws IOException {
        RunLog log = new RunLog(listener, execution);
        Path file = ClassifierLocation.find(model);
        ImageArguments.Expanded expanded = ImageArguments.expand(images);
        expanded.warn(log);
        Optional<Path> folder = folder(expanded.images());
        if (!Canvas.hasFonts()) {
            log.warn("this Java has no font, so nothing is written below the images"
                    + " (Debian: apt install fontconfig fonts-dejavu-core)");
        }
        try (ImageClassifier classifier = ImageClassifier.load(file, runtime.options());
                ClassMaps maps = ClassMaps.open(file, classifier, map)) {
            Drawing drawing = new Drawing(this, classifier, maps, folder);
            List<Explained.Entry> entries = drawing.all(log, expanded.images(), each);
            int failed =
                    (int) entries.stream().filter(FailedImage.class::isInstance).count();
            return new Explained(
                    file,
                    classifier.device().toString(),
                    maps.method(),
                    entries.size() - failed,
                    failed,
                    LeftOutFolder.of(expanded.report()),
                    entries,
                    drawing.sheets);
        }
    }

    /** The folder that several images go to; empty for one that has a file of its own. */
    private Optional<Path> folder(List<ImageArguments.Named> named) throws IOException {
        boolean isFolder =
                target.filter(path -> Files.isDirectory(path) || !isPng(path)).isPresent();
        boolean isOneFile =
                named.size() == 1 && images.size() == 1 && !Files.isDirectory(FileNames.resolve(images.get(0)));
        if (isOneFile) {
            return isFolder ? target : Optional.empty();
        }
        if (target.isPresent() && !isFolder) {
            throw new IOException(needsFolder(named.size(), target.get()));
        }
        return Optional.of(target.orElse(Path.of("explained")));
    }

    private static String needsFolder(int count, Path file) {
        return count + " images need a folder to be written to, not the file " + file;
    }

    private static boolean isPng(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    /** Classifies images, asks for the heat of a label, and draws. */
    private static final class Drawing {
        private final Explaining request;
        private final ImageClassifier classifier;
        private final ClassMaps maps;
        private final Optional<Path> folder;
        private final OptionalInt wanted;
        private final Set<Path> written = new HashSet<>();
        private final List<Path> sheets = new ArrayList<>();
        private ContactSheet sheet = new ContactSheet();

        Drawing(Explaining request, ImageClassifier classifier, ClassMaps maps, Optional<Path> folder)
                throws IOException {
            this.request = request;
            this.classifier = classifier;
            this.maps = maps;
            this.folder = folder;
            this.wanted = request.label.isEmpty() ? OptionalInt.empty() : OptionalInt.of(index(request.label.get()));
        }

        private int index(String label) throws IOException {
            List<String> labels = classifier.info().labels();
            int index = Labels.indexOf(labels, label);
            if (index < 0) {
                throw new IOException("withLabel(...): the classifier knows no label '" + label + "'; it knows "
                        + String.join(", ", labels));
            }
            return index;
        }

        List<Explained.Entry> all(RunLog log, List<ImageArguments.Named> images, Consumer<? super Explained.Entry> each)
                throws IOException {
            List<Explained.Entry> entries = new ArrayList<>();
            try (RunLog.Bar progress = log.bar("explaining", images.size(), "images")) {
                while (entries.size() < images.size()
                        && !request.execution.cancellation().isRequested()) {
                    Explained.Entry entry = explain(images.get(entries.size()));
                    entries.add(entry);
                    each.accept(entry);
                    progress.to(entries.size());
                }
            }
            if (!sheet.isEmpty()) {
                saveSheet();
            }
            return entries;
        }

        private Explained.Entry explain(ImageArguments.Named named) throws IOException {
            Image image;
            Outputs outputs;
            try {
                image = ImageArguments.read(named, request.standardInput);
                outputs = classifier.run(List.of(image));
            } catch (InferenceException e) {
                return FailedImage.of(named.name(), new IOException(named.name() + ": " + e.getMessage(), e));
            } catch (IOException e) {
                return FailedImage.of(named.name(), e);
            }
            float[] probabilities = outputs.probabilities()[0];
            Score top = score(likeliest(probabilities), probabilities);
            Score label = wanted.isPresent() ? score(wanted.getAsInt(), probabilities) : top;
            HeatMap heat = maps.map(image, outputs, label.index());
            String other = label.equals(top) ? "" : "the classifier says " + top + "  ·  ";
            ExplainedImage drawn = new ExplainedImage(heat.draw(image), label.toString(), other + maps.method());
            Path png = target(named);
            Canvas.save(drawn.withCaption(), png);
            if (folder.isPresent()) {
                if (sheet.isFull()) {
                    saveSheet();
                }
                sheet.add(drawn, named.fileName());
            }
            HeatText text = HeatText.of(heat, image);
            boolean isCold = heat.isEmpty();
            return new Explained.Drawn(
                    named.name(),
                    label.label(),
                    label.probability(),
                    top.label(),
                    top.probability(),
                    isCold ? Explained.Heat.NONE : Explained.Heat.FOUND,
                    heat.peak().x(),
                    heat.peak().y(),
                    isCold ? Optional.empty() : Optional.of(text.region()),
                    isCold ? OptionalDouble.empty() : OptionalDouble.of(text.share()),
                    isCold ? "no region supports this class" : text.sentence(),
                    png);
        }

        private Score score(int label, float[] probabilities) {
            return new Score(classifier.info().labels().get(label), label, probabilities[label]);
        }

        private static int likeliest(float[] probabilities) {
            int best = 0;
            for (int i = 1; i < probabilities.length; i++) {
                best = probabilities[i] > probabilities[best] ? i : best;
            }
            return best;
        }

        /** Never an image that is there to be explained: what is written has a name of its own. */
        private Path target(ImageArguments.Named named) throws IOException {
            if (folder.isEmpty() && request.target.isPresent()) {
                Path given = request.target.get();
                Path image = named.path();
                if (image != null && Files.exists(given) && Files.isSameFile(given, image)) {
                    throw new IOException(given + ": is the image itself; choose another file to write");
                }
                return given;
            }
            Path in = folder.orElse(Path.of(""));
            String file = named.fileName();
            int dot = file.lastIndexOf('.');
            String base = (dot > 0 ? file.substring(0, dot) : file) + SUFFIX;
            Path target = in.resolve(base + ".png");
            for (int number = 2; !written.add(target); number++) {
                target = in.resolve(base + "-" + number + ".png");
            }
            return target;
        }

        private void saveSheet() throws IOException {
            int number = sheets.size() + 1;
            String name = "contact-sheet" + (number == 1 ? "" : "-" + number) + ".png";
            Path target = folder.orElseThrow().resolve(name);
            Canvas.save(sheet.draw(), target);
            sheets.add(target);
            sheet = new ContactSheet();
        }
    }
}
