package terzi.evaluation.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import terzi.files.RunFile;
import terzi.files.WholeFile;

/** Writes a report into a folder. */
final class ReportFiles {
    private static final int SAMPLES = 24;

    private ReportFiles() {}

    static Path write(Report report, Path folder) throws IOException {
        report.evaluation().write(folder);
        try {
            List<SampleSheet.Shown> samples = new ArrayList<>();
            for (int row : Samples.random(report.evaluation().predictions(), SAMPLES)) {
                report.images().image(row).ifPresent(image -> samples.add(new SampleSheet.Shown(row, image)));
            }
            // compressing the images takes as long as all the rest
            CompletableFuture<Void> drawn = CompletableFuture.runAsync(() -> draw(report, samples, folder));
            Path page = RunFile.PAGE.in(folder);
            String html = Page.of(report, samples, folder).html();
            drawn.join();
            WholeFile.text(page, out -> out.write(html));
            return page;
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException io) {
                throw explained(folder, String.valueOf(io.getMessage()), io);
            }
            throw failed;
        } catch (IOException failed) {
            throw explained(folder, String.valueOf(failed.getMessage()), failed);
        }
    }

    private static IOException explained(Path folder, String why, Exception failed) {
        return new IOException("report folder " + folder + ": cannot write, " + why, failed);
    }

    private static void draw(Report report, List<SampleSheet.Shown> samples, Path folder) {
        if (!Drawing.hasFonts()) {
            return;
        }
        try {
            figures(report, samples, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static void figures(Report report, List<SampleSheet.Shown> samples, Path folder) throws IOException {
        List<Figure> curves = TrainingCurves.of(report.training());
        replace(!curves.isEmpty(), () -> new Panels(curves), RunFile.CURVES_IMAGE.in(folder));
        replace(
                !report.splits().isEmpty(),
                () -> ClassDistribution.of(report.evaluation().labels(), report.splits()),
                RunFile.CLASSES_IMAGE.in(folder));
        replace(
                true,
                () -> new ConfusionFigure(report.evaluation().confusion(), false),
                RunFile.CONFUSION_IMAGE.in(folder));
        replace(
                true,
                () -> new ConfusionFigure(report.evaluation().confusion(), true),
                RunFile.NORMALIZED_CONFUSION_IMAGE.in(folder));
        replace(
                !samples.isEmpty(),
                () -> new SampleSheet(report.evaluation().predictions(), samples),
                RunFile.SAMPLES_IMAGE.in(folder));
    }

    /** An older image must not stand for what there is nothing to draw for now. */
    private static void replace(boolean drawn, Supplier<Figure> figure, Path target) throws IOException {
        if (drawn) {
            Drawing.writePng(figure.get(), target);
        } else {
            Files.deleteIfExists(target);
        }
    }
}
