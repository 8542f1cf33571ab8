package terzi.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import terzi.images.Image;

/** Some images of another data set, in an order of their own. */
final class Subset implements Dataset {
    private final Dataset whole;
    private final int[] indices;

    Subset(Dataset whole, int[] indices) {
        this.whole = whole;
        this.indices = indices.clone();
        for (int i : this.indices) {
            Objects.checkIndex(i, whole.size());
        }
    }

    @Override
    public List<String> labels() {
        return whole.labels();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int label(int i) {
        return whole.label(indices[i]);
    }

    @Override
    public Image image(int i) throws IOException {
        return whole.image(indices[i]);
    }

    @Override
    public String id(int i) {
        return whole.id(indices[i]);
    }

    @Override
    public Optional<Path> file(int i) {
        return whole.file(indices[i]);
    }

    @Override
    public String digest(int i) throws IOException {
        return whole.digest(indices[i]);
    }
}
