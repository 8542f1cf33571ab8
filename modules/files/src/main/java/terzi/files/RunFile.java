package terzi.files;

import java.nio.file.Path;

/**
 * The names of the files and folders that runs write. {@code docs/run-files.md} explains each with its keys; a new file
 * needs a line here and one there.
 */
public enum RunFile {
    /** The classifier: network, labels and preprocessing in one model file. */
    CLASSIFIER("classifier.onnx"),
    /** The recipe with all its values. */
    RECIPE("recipe.yaml"),
    /** The command, settings, data and versions that the run was started with. */
    ARGUMENTS("args.yaml"),
    /** The lock file of the process that works in the folder. */
    LOCK(".lock"),
    /** The conclusions, provenance and other facts of the run besides its metrics. */
    RECORD("run.json"),
    /** All metrics. */
    METRICS("metrics.json"),
    /** The prediction for each evaluated image. */
    PREDICTIONS("predictions.csv"),
    /** The images whose labels are probably wrong, the least believable label first. */
    LABEL_ERRORS("label_errors.csv"),
    /** Precision, recall and F1 of each class as text. */
    CLASSIFICATION_REPORT("classification_report.txt"),
    /** The confusion matrix: counts by true and predicted class. */
    CONFUSION_MATRIX("confusion_matrix.csv"),
    /** The report as an HTML page. */
    PAGE("report.html"),
    /** The networks that were compared before a fine-tuning, with their figures. */
    BACKBONES("backbones.json"),
    /** The same as an HTML page. */
    BACKBONES_PAGE("backbones.html"),
    /** The report as Markdown text. */
    REPORT("report.md"),
    /** Loss and accuracy of each epoch. */
    HISTORY("training_history.csv"),
    /** The part of each image: training, validation or test set. */
    SPLIT("split.csv"),
    /** A chart of loss and accuracy by epoch. */
    CURVES_IMAGE("training_curves.png"),
    /** A chart of the number of images by class and part. */
    CLASSES_IMAGE("class_distribution.png"),
    /** A chart of the confusion matrix in counts. */
    CONFUSION_IMAGE("confusion_matrix.png"),
    /** A chart of the confusion matrix in shares of each true class. */
    NORMALIZED_CONFUSION_IMAGE("confusion_matrix_normalized.png"),
    /** A sheet of sample images with their predictions. */
    SAMPLES_IMAGE("sample_predictions.png"),
    /** The folder of the newest checkpoint. */
    LAST_CHECKPOINT("last"),
    /** The folder of the checkpoint whose network the run exports. */
    KEPT_CHECKPOINT("kept"),
    /** The network in a checkpoint. */
    CHECKPOINT_NETWORK("network.onnx"),
    /** The position in the training in a checkpoint. */
    CHECKPOINT_PROGRESS("progress.json"),
    /** The optimizer state in a checkpoint. */
    CHECKPOINT_STATE("state.safetensors"),
    /** The search space of a hyperparameter search. */
    SPACE("space.yaml"),
    /** The finished trials of a hyperparameter search. */
    TRIALS("trials.json"),
    /** The recipe with the best settings of a hyperparameter search. */
    BEST_RECIPE("best-recipe.yaml"),
    /** All trials of a search, or all results of a benchmark, as CSV. */
    RESULTS_TABLE("results.csv"),
    /** All trials of a search, or all results of a benchmark, as JSON. */
    RESULTS("results.json"),
    /** The results of a benchmark as Markdown text. */
    RESULTS_TEXT("results.md"),
    /** The results of a benchmark as an HTML page. */
    RESULTS_PAGE("results.html");

    private final String fileName;

    RunFile(String fileName) {
        this.fileName = fileName;
    }

    /** {@return the name, without a folder} */
    public String fileName() {
        return fileName;
    }

    /**
     * Resolves the name in a folder.
     *
     * @param folder the folder of a run
     * @return the path of the file or folder, whether it exists or not
     */
    public Path in(Path folder) {
        return folder.resolve(fileName);
    }

    @Override
    public String toString() {
        return fileName;
    }
}
