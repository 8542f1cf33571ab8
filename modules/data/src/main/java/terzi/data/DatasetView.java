package terzi.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.images.Image;

/** Images of other datasets with the same labels, in an order of their own. */
final class DatasetView implements Dataset {
    private final List<String> labels;
    private final Dataset[] sources; // of each image
    private final int[] indices; // of each image in its source

    private DatasetView(List<String> labels, Dataset[] sources, int[] indices) {
        this.labels = labels;
        this.sources = sources;
        this.indices = indices;
    }

    static DatasetView subset(Dataset whole, int[] indices) {
        for (int i : indices) {
            Objects.checkIndex(i, whole.size());
        }
        Dataset[] sources = new Dataset[indices.length];
        Arrays.fill(sources, whole);
        return new DatasetView(whole.labels(), sources, indices.clone());
    }

    static DatasetView concatenated(List<? extends Dataset> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("datasets to concatenate: expected 1 or more, found none");
        }
        List<String> labels = parts.get(0).labels();
        for (Dataset part : parts) {
            if (!part.labels().equals(labels)) {
                throw new IllegalArgumentException("datasets to concatenate must have the same labels, expected "
                        + labels + " as in the first, found " + part.labels());
            }
        }
        return new DatasetView(
                labels,
                parts.stream()
                        .flatMap(part -> IntStream.range(0, part.size()).mapToObj(i -> part))
                        .toArray(Dataset[]::new),
                parts.stream()
                        .flatMapToInt(part -> IntStream.range(0, part.size()))
                        .toArray());
    }

    @Override
    public List<String> labels() {
        return labels;
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int label(int i) {
        return sources[i].label(indices[i]);
    }

    @Override
    public Image image(int i) throws IOException {
        return sources[i].image(indices[i]);
    }

    @Override
    public String id(int i) {
        return sources[i].id(indices[i]);
    }

    @Override
    public Optional<Path> file(int i) {
        return sources[i].file(indices[i]);
    }

    @Override
    public Map<String, String> columns(int i) {
        return sources[i].columns(indices[i]);
    }

    @Override
    public String digest(int i) throws IOException {
        return sources[i].digest(indices[i]);
    }
}
