package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import terzi.files.RunFile;

/** Finds the classifier file in a folder. */
public final class ClassifierLocation {
    /** The name of the classifier file in a run or model folder. */
    public static final String FILE_NAME = RunFile.CLASSIFIER.fileName();

    private ClassifierLocation() {}

    /**
     * {@return the classifier file that a path means}
     *
     * @param model a classifier file, or a folder with a {@code classifier.onnx} in it
     * @throws IOException when there is none; the message says how to get one
     */
    public static Path find(Path model) throws IOException {
        if (!Files.exists(model)) {
            throw new NoSuchFileException(model.toString());
        }
        if (!Files.isDirectory(model)) {
            return model;
        }
        Path file = model.resolve(FILE_NAME);
        if (Files.exists(file)) {
            return file;
        }
        boolean diverged = RunRecord.in(model)
                .map(RunRecord::conclusions)
                .filter(sentences -> sentences.containsKey(TrainingFinish.DIVERGENCE))
                .isPresent();
        if (diverged) {
            throw new IOException(model + ": this run has no " + FILE_NAME
                    + ", because its training diverged; train again with a lower learning rate");
        }
        if (Files.exists(RunFile.ARGUMENTS.in(model))) {
            throw new IOException(model + ": this run has no " + FILE_NAME
                    + ", because its training did not end; go on with: terzi train --resume "
                    + ShellWords.quoted(model));
        }
        if (Files.exists(RunFile.RECIPE.in(model))) {
            throw new IOException(model + ": this model folder has a recipe but no " + FILE_NAME
                    + "; make one with: terzi train " + ShellWords.quoted(model));
        }
        throw new IOException(model + ": there is no " + FILE_NAME
                + " in this folder; name a classifier file, or a run or model folder with one");
    }
}
