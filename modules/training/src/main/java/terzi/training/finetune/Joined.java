package terzi.training.finetune;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.images.Image;

/** The images of two data sets with the same labels, one after the other. */
record Joined(Dataset first, Dataset second) implements Dataset {
    @Override
    public List<String> labels() {
        return first.labels();
    }

    @Override
    public int size() {
        return first.size() + second.size();
    }

    private Dataset set(int i) {
        return i < first.size() ? first : second;
    }

    private int index(int i) {
        return i < first.size() ? i : i - first.size();
    }

    @Override
    public int label(int i) {
        return set(i).label(index(i));
    }

    @Override
    public Image image(int i) throws IOException {
        return set(i).image(index(i));
    }

    @Override
    public String id(int i) {
        return set(i).id(index(i));
    }

    @Override
    public Optional<Path> file(int i) {
        return set(i).file(index(i));
    }

    @Override
    public String digest(int i) throws IOException {
        return set(i).digest(index(i));
    }
}
