package terzi.files;

import java.nio.file.Path;

/**
 * The files and folders that runs write, by name; {@code docs/run-files.md} explains each with its keys. A new file needs a
 * line here and one there.
 */
public enum RunFile {
    /** The classifier, complete in itself. */
    CLASSIFIER("classifier.onnx"),
    /** The recipe with all its values. */
    RECIPE("recipe.yaml"),
    /** What the run was started with. */
    ARGUMENTS("args.yaml"),
    /** Locked by the process that works in the folder. */
    LOCK(".lock"),
    /** What a run knows besides its figures. */
    RECORD("run.json"),
    /** All figures. */
    METRICS("metrics.json"),
    /** The prediction of each measured image. */
    PREDICTIONS("predictions.csv"),
    /** Figures of each class as text. */
    CLASSIFICATION_REPORT("classification_report.txt"),
    /** Counts by true and predicted class. */
    CONFUSION_MATRIX("confusion_matrix.csv"),
    /** The report as a page. */
    PAGE("report.html"),
    /** The report in words. */
    REPORT("report.md"),
    /** Figures of each epoch. */
    HISTORY("training_history.csv"),
    /** The part that each image is in. */
    SPLIT("split.csv"),
    /** The evaluation of a cross-validation, with files of the same names. */
    FOLDS("folds"),
    /** Loss and accuracy by epoch. */
    CURVES_IMAGE("training_curves.png"),
    /** Images of each class and part. */
    CLASSES_IMAGE("class_distribution.png"),
    /** Counts by true and predicted class. */
    CONFUSION_IMAGE("confusion_matrix.png"),
    /** Shares by true and predicted class. */
    NORMALIZED_CONFUSION_IMAGE("confusion_matrix_normalized.png"),
    /** Some images with their predictions. */
    SAMPLES_IMAGE("sample_predictions.png"),
    /** The newest checkpoint. */
    LAST_CHECKPOINT("last"),
    /** The checkpoint of the epoch that is handed over. */
    KEPT_CHECKPOINT("kept"),
    /** A checkpoint's network. */
    CHECKPOINT_NETWORK("network.onnx"),
    /** A checkpoint's position. */
    CHECKPOINT_PROGRESS("progress.json"),
    /** A checkpoint's optimizer state. */
    CHECKPOINT_STATE("state.safetensors"),
    /** The space that a search draws settings from. */
    SPACE("space.yaml"),
    /** The trials that a search has finished. */
    TRIALS("trials.json"),
    /** The recipe with the best settings of a search. */
    BEST_RECIPE("best-recipe.yaml"),
    /** All trials of a search, or all results of a benchmark, as a table. */
    RESULTS_TABLE("results.csv"),
    /** The same for programs. */
    RESULTS("results.json"),
    /** The results of a benchmark in Markdown. */
    RESULTS_TEXT("results.md"),
    /** The results of a benchmark as a page. */
    RESULTS_PAGE("results.html");

    private final String fileName;

    RunFile(String fileName) {
        this.fileName = fileName;
    }

    /** The name, without a folder. */
    public String fileName() {
        return fileName;
    }

    /** The file in the folder of a run. */
    public Path in(Path folder) {
        return folder.resolve(fileName);
    }

    @Override
    public String toString() {
        return fileName;
    }
}
