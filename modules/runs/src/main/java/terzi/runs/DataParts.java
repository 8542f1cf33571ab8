package terzi.runs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.files.Sha256;
import terzi.images.Image;

/** Takes one part of a data set, or all of them together. */
final class DataParts {
    private DataParts() {}

    /** @throws IOException when the data set has no such part; the message names those that it has */
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
        return part.orElseThrow(() -> new IOException("data set " + splits.name() + " has no " + wanted
                + " part; choose with --split from " + String.join(", ", present) + ", all"));
    }

    private static Dataset all(DatasetSplits splits) {
        List<Dataset> parts = new ArrayList<>(List.of(splits.train()));
        splits.validation().ifPresent(parts::add);
        splits.test().ifPresent(parts::add);
        return parts.size() == 1 ? parts.get(0) : new Joined(parts);
    }

    /**
     * SHA-256 (lower-case hexadecimal) over what is to be recognised, in order: the content of each image and its label. Equal
     * digests mean that two classifiers were asked the same.
     */
    static String digest(Dataset data) throws IOException {
        MessageDigest digest = Sha256.start();
        for (int i = 0; i < data.size(); i++) {
            String line = data.digest(i) + " " + data.labels().get(data.label(i)) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Data sets with the same labels, one after the other. */
    private record Joined(List<Dataset> parts) implements Dataset {
        /** An image of a part. */
        private record Place(Dataset part, int index) {}

        @Override
        public List<String> labels() {
            return parts.get(0).labels();
        }

        @Override
        public int size() {
            return parts.stream().mapToInt(Dataset::size).sum();
        }

        @Override
        public int label(int i) {
            Place place = place(i);
            return place.part().label(place.index());
        }

        @Override
        public Image image(int i) throws IOException {
            Place place = place(i);
            return place.part().image(place.index());
        }

        @Override
        public String id(int i) {
            Place place = place(i);
            return place.part().id(place.index());
        }

        @Override
        public Optional<Path> file(int i) {
            Place place = place(i);
            return place.part().file(place.index());
        }

        private Place place(int i) {
            int index = i;
            for (Dataset part : parts) {
                if (index < part.size()) {
                    return new Place(part, index);
                }
                index -= part.size();
            }
            throw new IndexOutOfBoundsException("image " + i + " of " + size());
        }
    }
}
