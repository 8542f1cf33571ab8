package terzi.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import terzi.images.ImageDecoder;
import terzi.images.Shot;

/**
 * Groups of images with one origin, such as a shop, a person or a burst. Images of one family are more alike than those of
 * different ones, so a classifier that was trained on some of a family is better on the others than on new families.
 *
 * @param description what the images of a family have in common, for people: {@code the part of the file name before '__'}
 * @param groups {@code [images]}: equal numbers are one family; made for {@link Splits#folds(int[], int[], int, long)}
 */
@SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
public record Families(String description, int[] groups) {
    private static final int LEAST_FAMILIES = 5;
    /** Images of which photos are looked at before all are: if none has a date, fewer than half have one. */
    private static final int SAMPLED = 64;

    /**
     * Looks for families. Four marks are tried: the part of the file name before {@code __} or before {@code .rf.}
     * (Roboflow's copies of one image), the part before a number at its end, unless that only counts
     * ({@code IMG_0001}, {@code cat-12}); the folders below the class folder; camera and day of the photo (EXIF). A mark is
     * plausible if it makes 5 or more groups of at least two images, if these hold at least half of all images, if no
     * group holds more than half, and if every class has images in two groups or more; also after near duplicates have
     * joined groups. The plausible mark with the most images in groups of at least two is taken.
     *
     * @param images all images that are to be divided
     * @param duplicates {@code [images]}, equal numbers for near duplicates of each other (see
     *     {@link NearDuplicates.Result#groups(int)}); they join the families that they connect
     * @return families; empty if no mark is plausible
     * @throws IllegalArgumentException if there is not one number for each image
     * @throws IOException if a disk fails
     */
    public static Optional<Families> find(Dataset images, int[] duplicates) throws IOException {
        requireLength(images.size(), duplicates);
        int[] labels = images.labelIndices();
        Optional<Families> best = Optional.empty();
        int most = 0;
        for (Families alone : List.of(
                byPath("the part of the file name before '__'", images, path -> path.before("__")),
                byPath("the part of the file name before '.rf.'", images, path -> path.before(".rf.")),
                byPath("the part of the file name before the last number", images, ImagePath::beforeNumber),
                byPath(ImagePath.FOLDERS, images, ImagePath::folders),
                byShot(images))) {
            Families joined = alone.joinedWith(duplicates);
            if (alone.isPlausible(labels) && joined.isPlausible(labels) && alone.shared() > most) {
                best = Optional.of(joined);
                most = alone.shared();
            }
        }
        return best;
    }

    private static Families byPath(String description, Dataset images, Function<ImagePath, Optional<String>> mark) {
        return of(description, images.size(), i -> mark.apply(ImagePath.of(images, i)));
    }

    private static Families byShot(Dataset images) throws IOException {
        Map<Integer, String> shots = new ConcurrentHashMap<>();
        int step = Math.max(1, images.size() / SAMPLED);
        look(images, step, shots);
        if (!shots.isEmpty()) {
            look(images, 1, shots);
        }
        return of("the camera and the day of the photo (EXIF)", images.size(), i -> Optional.ofNullable(shots.get(i)));
    }

    /** Notes the shot of every {@code step}-th image that has one. */
    private static void look(Dataset images, int step, Map<Integer, String> shots) throws IOException {
        EachImage.run((images.size() + step - 1) / step, k -> images.id(k * step), k -> {
            Optional<Path> file = images.file(k * step);
            if (file.isPresent()) {
                Shot.of(file.get(), ImageDecoder.Limits.DEFAULT)
                        .ifPresent(shot -> shots.put(k * step, shot.toString()));
            }
        });
    }

    /** Groups of images with equal keys; an image without a key is a group of its own. */
    static Families of(String description, int images, IntFunction<Optional<String>> keys) {
        Map<String, Integer> firsts = new HashMap<>();
        int[] groups = new int[images];
        for (int i = 0; i < images; i++) {
            int image = i;
            groups[i] = keys.apply(i)
                    .map(key -> firsts.computeIfAbsent(key, k -> image))
                    .orElse(i);
        }
        return new Families(description, groups);
    }

    /**
     * {@return the families that near duplicates connect, as one}
     *
     * @param duplicates {@code [images]}: equal numbers are near duplicates of each other
     * @throws IllegalArgumentException if there is not one number for each image
     */
    public Families joinedWith(int[] duplicates) {
        requireLength(groups.length, duplicates);
        DuplicateGroups joined = new DuplicateGroups(groups.length);
        for (int[] numbers : List.of(groups, duplicates)) {
            Map<Integer, Integer> firsts = new HashMap<>();
            for (int i = 0; i < numbers.length; i++) {
                int image = i;
                joined.joinEqual(firsts.computeIfAbsent(numbers[i], n -> image), i);
            }
        }
        return new Families(
                description,
                IntStream.range(0, groups.length).map(joined::number).toArray());
    }

    private boolean isPlausible(int[] labels) {
        Map<Integer, Long> sizes = sizes();
        Set<List<Integer>> groupsOfClasses = new HashSet<>();
        for (int i = 0; i < labels.length; i++) {
            groupsOfClasses.add(List.of(labels[i], groups[i]));
        }
        Map<Integer, Long> perClass =
                groupsOfClasses.stream().collect(Collectors.groupingBy(pair -> pair.get(0), Collectors.counting()));
        return sizes.values().stream().filter(size -> size > 1).count() >= LEAST_FAMILIES
                && shared() * 2 >= groups.length
                && sizes.values().stream().noneMatch(size -> size * 2 > groups.length)
                && perClass.values().stream().noneMatch(count -> count < 2);
    }

    private Map<Integer, Long> sizes() {
        return Arrays.stream(groups).boxed().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /** {@return the number of images that are not alone in their group} */
    public int shared() {
        return (int) sizes().values().stream()
                .filter(size -> size > 1)
                .mapToLong(Long::longValue)
                .sum();
    }

    /** {@return the number of images in the largest group} */
    public int largest() {
        return sizes().values().stream().mapToInt(Long::intValue).max().orElse(0);
    }

    /**
     * {@return the same families of some of the images}
     *
     * @param indices positions of the images, in the order of the result
     */
    public Families subset(int[] indices) {
        return new Families(
                description, Arrays.stream(indices).map(i -> groups[i]).toArray());
    }

    /** {@return the number of groups; an image alone is one} */
    public int count() {
        return (int) Arrays.stream(groups).distinct().count();
    }

    /** {@return a description with the number of groups: {@code the column 'shop' (24 groups)}} */
    public String text() {
        return description + " (" + count() + " groups)";
    }

    private static void requireLength(int images, int[] duplicates) {
        if (duplicates.length != images) {
            throw new IllegalArgumentException("duplicates: expected one number for each of the " + images
                    + " images, found " + duplicates.length);
        }
    }
}
