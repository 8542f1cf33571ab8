package terzi.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.images.Image;

/** Images that have nothing but a path, a label and columns. */
final class ListedImages implements Dataset {
    private final List<String> labels = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final List<Integer> classes = new ArrayList<>();
    private final List<Map<String, String>> columns = new ArrayList<>();

    ListedImages with(String label, String path, String... cells) {
        if (!labels.contains(label)) {
            labels.add(label);
        }
        paths.add(path);
        classes.add(labels.indexOf(label));
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i += 2) {
            row.put(cells[i], cells[i + 1]);
        }
        columns.add(row);
        return this;
    }

    @Override
    public List<String> labels() {
        return labels;
    }

    @Override
    public int size() {
        return paths.size();
    }

    @Override
    public int label(int i) {
        return classes.get(i);
    }

    @Override
    public Image image(int i) {
        return new Image(1, 1, 1, new byte[] {(byte) i});
    }

    @Override
    public String id(int i) {
        return paths.get(i);
    }

    @Override
    public Map<String, String> columns(int i) {
        return columns.get(i);
    }
}
