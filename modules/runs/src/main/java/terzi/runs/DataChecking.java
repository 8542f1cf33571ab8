package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import terzi.data.DatasetOptions;
import terzi.data.Datasets;
import terzi.files.FileNames;

/**
 * The check of a dataset before anything is trained on it: classes, sizes, unreadable images, duplicates.
 *
 * @param data a folder, a CSV list, or the name of a dataset, which is downloaded where it is missing
 * @param duplicates whether duplicates are sought; all images are decoded for that
 * @param model a classifier file, or a run or model folder with one, that wrong labels are sought with; empty for no search
 */
public record DataChecking(String data, Duplicates duplicates, Optional<Path> model) implements Run<CheckedData> {
    /** Whether duplicates are sought. */
    public enum Duplicates {
        /** Every image is decoded and compared with the others. */
        SOUGHT,
        /** Images are not decoded, only inspected. */
        IGNORED
    }

    /**
     * {@return a check of a folder or a CSV list, with a search for duplicates}
     *
     * @param data a folder, a CSV list, or the name of a dataset, which is downloaded where it is missing
     */
    public static DataChecking on(Path data) {
        return on(FileNames.text(data));
    }

    /**
     * {@return as {@link #on(Path)}, also for the name of a dataset}
     *
     * @param data a folder, a CSV list, or the name of a dataset, which is downloaded where it is missing
     */
    public static DataChecking on(String data) {
        return new DataChecking(data, Duplicates.SOUGHT, Optional.empty());
    }

    /**
     * {@return the same with or without the search for near duplicates}
     *
     * @param chosen whether duplicates are sought
     */
    public DataChecking withDuplicates(Duplicates chosen) {
        return new DataChecking(data, chosen, model);
    }

    /**
     * {@return the same with a search for wrong labels: every image is classified, and those whose label the classifier and
     * similar images believe least are named}
     *
     * @param classifier a classifier file, or a run or model folder with one; it must know every label of the data
     */
    public DataChecking withModel(Path classifier) {
        return new DataChecking(data, duplicates, Optional.of(classifier));
    }

    @Override
    public CheckedData run(RunListener listener) throws IOException {
        DataCheck check = new DataCheck(
                new RunLog(listener, Execution.defaults()),
                Datasets.open(data, DatasetOptions.defaults().withHeldOut(0, 0)));
        return check.run(duplicates, model);
    }
}
