package terzi.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import terzi.data.Dataset;
import terzi.images.Image;

/** A dataset in memory. */
record LoadedSet(String name, List<String> labels, List<Image> images, List<Integer> classes, List<String> ids)
        implements Dataset {

    static LoadedSet empty(String name, List<String> labels) {
        return new LoadedSet(name, labels, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** The images of a dataset at these indices. */
    static LoadedSet of(String name, Dataset from, int[] indices) throws IOException {
        LoadedSet set = empty(name, from.labels());
        for (int i : indices) {
            set.add(from.image(i), from.label(i), from.id(i));
        }
        return set;
    }

    void add(Image image, int label, String id) {
        images.add(image);
        classes.add(label);
        ids.add(id);
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public int label(int i) {
        return classes.get(i);
    }

    @Override
    public Image image(int i) {
        return images.get(i);
    }

    @Override
    public String id(int i) {
        return ids.get(i);
    }
}
