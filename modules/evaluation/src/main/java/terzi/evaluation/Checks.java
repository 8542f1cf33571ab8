package terzi.evaluation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What every entry of this package demands of its input; a message says where, what was expected and what was found. */
final class Checks {

    /** Softmax in float32 over a thousand classes stays well inside this; logits do not. */
    private static final double SUM_TOLERANCE = 1e-3;

    private Checks() {}

    static List<String> labels(List<String> labels) {
        List<String> names = List.copyOf(labels);
        if (names.size() < 2) {
            throw new IllegalArgumentException("labels: expected at least 2 classes, found " + names);
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "labels: \"" + name + "\" occurs twice; every class needs its own name");
            }
        }
        return names;
    }

    static void classes(String what, int[] indices, int classes) {
        if (indices.length == 0) {
            throw new IllegalArgumentException(what + ": expected at least one row, found none");
        }
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= classes) {
                throw new IllegalArgumentException(what + ", row " + i + ": expected a class from 0 to " + (classes - 1)
                        + ", found " + indices[i]);
            }
        }
    }

    static void sameRows(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(
                    what + ": expected one row per true class, that is " + expected + ", found " + found);
        }
    }

    static void probabilities(float[][] rows, int classes) {
        for (int i = 0; i < rows.length; i++) {
            finiteRow("probabilities", rows[i], i, classes);
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                if (rows[i][c] < 0 || rows[i][c] > 1 + SUM_TOLERANCE) {
                    throw new IllegalArgumentException("probabilities, row " + i + ", class " + c
                            + ": expected 0 to 1, found " + rows[i][c] + "; are these logits? apply softmax first");
                }
                sum += rows[i][c];
            }
            if (Math.abs(sum - 1) > SUM_TOLERANCE) {
                throw new IllegalArgumentException("probabilities, row " + i + ": expected a sum of 1, found "
                        + (float) sum + "; are these logits? apply softmax first");
            }
        }
    }

    static void logits(float[][] rows) {
        if (rows.length == 0 || rows[0].length < 2) {
            throw new IllegalArgumentException("logits: expected [N, K] with N >= 1 and K >= 2, found "
                    + (rows.length == 0 ? "no row" : rows[0].length + " classes"));
        }
        for (int i = 0; i < rows.length; i++) {
            finiteRow("logits", rows[i], i, rows[0].length);
        }
    }

    private static void finiteRow(String what, float[] row, int i, int classes) {
        if (row.length != classes) {
            throw new IllegalArgumentException(
                    what + ", row " + i + ": expected " + classes + " values, one per class, found " + row.length);
        }
        for (int c = 0; c < classes; c++) {
            if (!Float.isFinite(row[c])) {
                throw new IllegalArgumentException(
                        what + ", row " + i + ", class " + c + ": expected a finite number, found " + row[c]);
            }
        }
    }
}
