package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Class names that fit where they are drawn. */
final class Labels {
    private Labels() {}

    /** The parts of a name between which a line may break, so that no word of it needs to be broken. */
    static String[] breakable(String name) {
        return name.split("(?<=[_\\-./])(?=[^_\\-./])", -1);
    }

    /** The name, or its beginning with an ellipsis. */
    static String cut(String label, int longest) {
        return label.codePointCount(0, label.length()) <= longest
                ? label
                : label.substring(0, label.offsetByCodePoints(0, longest - 1)) + "…";
    }

    /** Short names that are still different from each other. */
    static List<String> distinct(List<String> labels, int longest) {
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (String label : labels) {
            String name = cut(label, longest);
            for (int number = 2; !taken.add(name); number++) {
                name = cut(label, longest - 4) + " " + number;
            }
            names.add(name);
        }
        return names;
    }
}
