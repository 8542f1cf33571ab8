package terzi.evaluation;

import java.util.List;

/**
 * The coverage of the prediction sets of measured images: the share of images whose set contains their class.
 *
 * @param promised promised coverage of each class, 0..1, such as 0.9
 * @param classes coverage of each class
 */
public record SetCoverage(double promised, List<ClassCoverage> classes) {
    /**
     * Creates a coverage from a copy of the classes.
     *
     * @param promised promised coverage of each class, 0..1, such as 0.9
     * @param classes coverage of each class
     */
    public SetCoverage {
        classes = List.copyOf(classes);
    }

    /**
     * The prediction sets of the images of a class.
     *
     * @param label label of the class
     * @param images number of measured images of the class
     * @param covered number of them whose set contains the class, 0..images
     * @param meanSize mean number of classes in a set of them; 0 without images
     */
    public record ClassCoverage(String label, int images, int covered, double meanSize) {
        /** {@return the share of images whose set contains their class, 0..1; NaN without images} */
        public double share() {
            return (double) covered / images;
        }

        /** {@return the 95 % Wilson interval of the share; there must be images} */
        public Interval interval() {
            return Interval.wilson(covered, images);
        }
    }

    /** {@return the coverage of all images; its label is "all"} */
    public ClassCoverage total() {
        int images = classes.stream().mapToInt(ClassCoverage::images).sum();
        int covered = classes.stream().mapToInt(ClassCoverage::covered).sum();
        double sizes = classes.stream()
                .mapToDouble(one -> one.meanSize() * one.images())
                .sum();
        return new ClassCoverage("all", images, covered, images == 0 ? 0 : sizes / images);
    }
}
