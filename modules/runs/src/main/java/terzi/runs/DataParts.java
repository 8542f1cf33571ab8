package terzi.runs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;

/** Takes one part of a dataset, or all of them together. */
final class DataParts {
    private DataParts() {}

    /** @throws IOException when the dataset has no such part; the message names the parts it has */
    static Dataset of(DatasetSplits splits, DataPart part) throws IOException {
        return switch (part) {
            case TRAIN -> required(Optional.of(splits.train()).filter(train -> train.size() > 0), part, splits);
            case VALIDATION -> required(splits.validation(), part, splits);
            case TEST -> required(splits.test(), part, splits);
            case ALL -> all(splits);
        };
    }

    private static Dataset required(Optional<Dataset> part, DataPart wanted, DatasetSplits splits) throws IOException {
        List<String> present = new ArrayList<>();
        if (splits.train().size() > 0) {
            present.add("train");
        }
        splits.validation().ifPresent(found -> present.add("validation"));
        splits.test().ifPresent(found -> present.add("test"));
        return part.orElseThrow(() -> new IOException("dataset " + splits.name() + " has no " + wanted
                + " part; choose with withPart(...) from " + String.join(", ", present) + ", all"));
    }

    /** Training and validation images: those that out-of-fold predictions are made for. */
    static Dataset taught(DatasetSplits splits) {
        return splits.validation()
                .map(part -> Dataset.concatenated(List.of(splits.train(), part)))
                .orElse(splits.train());
    }

    /** Validation images, or those that some were held out from where the data has no such part. */
    static Dataset validation(DatasetSplits splits) {
        return splits.validation().orElse(splits.train());
    }

    private static Dataset all(DatasetSplits splits) {
        List<Dataset> parts = new ArrayList<>(List.of(splits.train()));
        splits.validation().ifPresent(parts::add);
        splits.test().ifPresent(parts::add);
        return Dataset.concatenated(parts);
    }
}
